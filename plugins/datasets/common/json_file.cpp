#include "datasets/common/json_file.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <vector>

#include "datasets/common/json_place.hpp"

namespace pgt::datasets {
namespace {

/// Finds a name that a table has twice: the parser would keep the last, in silence. Tables in lists are not looked at.
class Repeats {
 public:
  bool operator()(nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::array_start) ++lists_;
    if (event == Event::array_end) --lists_;
    if (event == Event::object_start) {
      names_.emplace_back();
      path_.emplace_back();
    }
    if (event == Event::object_end) {
      names_.pop_back();
      path_.pop_back();
    }
    if (event == Event::key && lists_ == 0) {
      path_.back() = parsed.get<std::string>();
      if (!names_.back().insert(path_.back()).second && first_.empty()) first_ = path_;
    }
    return true;
  }
  /// The path to the first of them, empty where there is none.
  const std::vector<std::string>& first() const { return first_; }

 private:
  int lists_ = 0;                             ///< around what is being parsed
  std::vector<std::set<std::string>> names_;  ///< of each table around it
  std::vector<std::string> path_, first_;
};

[[noreturn]] void fail(const std::string& file, const Place& place, const std::string& what) {
  throw std::runtime_error(file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + what);
}

}  // namespace

nlohmann::json parse_json(const std::string& text, const std::string& file) {
  Repeats repeats;
  nlohmann::json parsed;
  try {
    parsed = nlohmann::json::parse(text, [&](int, auto event, const auto& value) { return repeats(event, value); });
  } catch (const nlohmann::json::parse_error& error) {
    const std::string before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
    const std::size_t start = before.rfind('\n');
    fail(file,
         {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          before.size() - (start == std::string::npos ? 0 : start + 1) + 1},
         "is not valid JSON");
  } catch (const nlohmann::json::out_of_range& error) {  // it names the number
    const std::string what = error.what();
    fail(file, {1, 1}, "holds a number that is too large: " + what.substr(what.rfind(' ') + 1));
  }
  if (!repeats.first().empty()) {
    fail(file, place_in_json(text, repeats.first()),
         "\"" + repeats.first().back() + "\" is given twice; this is the first");
  }
  return parsed;
}

}  // namespace pgt::datasets
