#include "datasets/common/json_place.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pgt::datasets {
namespace {

/// Walks over a text that is known to be valid JSON.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) { skip_blanks(); }

  std::size_t at() const { return at_; }

  /// From the beginning of a table or list to that of the member or element of that name. False: there is none.
  bool enter(const std::string& name) {
    return each([&](const std::string& key) { return key == name; });
  }

  /// From the beginning of a table or list to that of each member or element, until `stop`, which gets its name, says
  /// so. False: it never did.
  template <class Stop>
  bool each(const Stop& stop) {
    const char open = text_[at_];
    if (open != '{' && open != '[') return false;
    ++at_;
    for (std::size_t element = 0;; ++element) {
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] == '}' || text_[at_] == ']') return false;
      std::string key = std::to_string(element);
      if (open == '{') {
        key = nlohmann::json::parse(take_value()).get<std::string>();
        skip_blanks();
        ++at_;  // the colon
        skip_blanks();
      }
      if (stop(key)) return true;
      take_value();
      skip_blanks();
      if (at_ < text_.size() && text_[at_] == ',') ++at_;
    }
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  /// The text of the value here, behind which the cursor then is.
  std::string_view take_value() {
    const std::size_t begin = at_;
    int depth = 0;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted) {
        if (c == '\\') ++at_;
        if (c != '"') continue;
        quoted = false;
        if (depth == 0) return text_.substr(begin, ++at_ - begin);
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth-- == 0) break;  // it was a number or a word, the last of its list
        if (depth == 0) return text_.substr(begin, ++at_ - begin);
      } else if (c == ',' && depth == 0) {
        break;
      }
    }
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Places of offsets that ascend.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  Place place(std::size_t offset) {
    for (; at_ < offset; ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      begin_ = at_ + 1;
    }
    return {line_, offset - begin_ + 1};
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0, line_ = 1, begin_ = 0;
};

}  // namespace

TablePlaces::TablePlaces(std::string_view text, std::vector<std::string> table)
    : text_(text), table_(std::move(table)) {}

void TablePlaces::find_members() {
  JsonCursor cursor(text_);
  for (const std::string& name : table_) {
    if (!cursor.enter(name)) return;
  }
  Lines lines(text_);
  cursor.each([&](const std::string& name) {
    members_.emplace(name, Value{cursor.at(), lines.place(cursor.at())});
    return false;
  });
}

Place TablePlaces::find(const std::vector<std::string>& path) {
  if (members_.empty()) find_members();
  const auto member = path.empty() ? members_.end() : members_.find(path.front());
  if (member == members_.end()) return place_in_json(text_, table_);
  const auto& [offset, begin] = member->second;
  const Place within = place_in_json(text_.substr(offset), {path.begin() + 1, path.end()});
  if (within.line == 1) return {begin.line, begin.column + within.column - 1};
  return {begin.line + within.line - 1, within.column};
}

Place place_in_json(std::string_view text, const std::vector<std::string>& path) {
  JsonCursor cursor(text);
  std::size_t offset = cursor.at();
  for (const std::string& name : path) {
    if (!cursor.enter(name)) break;
    offset = cursor.at();
  }
  return place_at(text, offset);
}

Place place_at(std::string_view text, std::size_t offset) { return Lines(text).place(std::min(offset, text.size())); }

}  // namespace pgt::datasets
