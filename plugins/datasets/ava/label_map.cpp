#include "label_map.hpp"

#include <cctype>
#include <charconv>
#include <string_view>

namespace pgt::datasets {
namespace {

/// A name, a number, a text in quotes, or one of `{`, `}` and `:`.
struct Token {
  std::string text;  ///< empty: the file's end
  Place place;
  bool quoted = false;
};

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  Token next() {
    skip_blanks();
    Token token{"", place_};
    if (at_end()) return token;
    const char first = peek();
    if (first == '"' || first == '\'') {
      token.quoted = true;
      advance();
      while (!at_end() && peek() != first && peek() != '\n') {
        if (peek() == '\\') advance();
        if (!at_end()) token.text += advance();
      }
      if (!at_end() && peek() == first) advance();
    } else if (!is_word(first)) {
      token.text = advance();
    } else {
      while (!at_end() && is_word(peek())) token.text += advance();
    }
    return token;
  }

 private:
  static bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  char advance() {
    const char c = text_[at_++];
    place_ = c == '\n' ? Place{place_.line + 1, 1} : Place{place_.line, place_.column + 1};
    return c;
  }
  void skip_blanks() {
    while (!at_end()) {
      if (peek() == '#') {
        while (!at_end() && peek() != '\n') advance();
      } else if (std::isspace(static_cast<unsigned char>(peek())) != 0) {
        advance();
      } else {
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Place place_;
};

class Reader {
 public:
  Reader(const std::string& text, const std::string& file, std::int64_t most, Findings& findings)
      : tokens_(text), file_(file), most_(most), findings_(findings) {}

  std::map<std::int64_t, std::string> read() {
    for (Token word = tokens_.next(); !word.text.empty(); word = tokens_.next()) {
      if ((word.text != "item" && word.text != "label") || tokens_.next().text != "{") {
        problem(word.place, "\"" + word.text + "\": expected item { … } or label { … }");
        break;
      }
      if (!read_item(word.place)) break;
    }
    if (labels_.empty() && whole_) problem({}, "names no action");
    return std::move(labels_);
  }

 private:
  /// From after its `{`. False where the text cannot be followed any further.
  bool read_item(const Place& place) {
    std::string name;
    std::int64_t id = 0;
    bool refused = false;
    for (Token key = tokens_.next(); key.text != "}"; key = tokens_.next()) {
      const Token colon = key.text.empty() ? key : tokens_.next();
      if (colon.text != ":" || colon.quoted) {
        problem(colon.place, "expected NAME: VALUE, or the item's }");
        return false;
      }
      const Token value = tokens_.next();
      if (key.text == "name") name = value.text;
      if (key.text == "id" || key.text == "label_id") {
        const char* end = value.text.data() + value.text.size();
        const auto [stop, error] = std::from_chars(value.text.data(), end, id);
        if (error != std::errc() || stop != end || id < 1 || id > most_) {
          problem(value.place, "\"" + value.text + "\" is not an action: actions are 1 to " + std::to_string(most_) +
                                   " (dataset.classes)");
          refused = true;
        }
      }
    }
    if (refused) return true;
    if (name.empty() || id == 0) {
      problem(place, "the item needs a name and an id");
    } else if (!labels_.emplace(id, name).second) {
      problem(place, "action " + std::to_string(id) + " appears twice");
    }
    return true;
  }

  void problem(const Place& place, const std::string& text) {
    whole_ = false;
    findings_.problem(file_, place, text);
  }

  Tokens tokens_;
  const std::string& file_;
  std::int64_t most_;
  Findings& findings_;
  std::map<std::int64_t, std::string> labels_;
  bool whole_ = true;
};

}  // namespace

std::map<std::int64_t, std::string> read_label_map(const std::string& text, const std::string& file, std::int64_t most,
                                                   Findings& findings) {
  return Reader(text, file, most, findings).read();
}

}  // namespace pgt::datasets
