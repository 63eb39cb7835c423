#include "datasets/common/json_file.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <vector>

#include "datasets/common/json_place.hpp"

namespace pgt::datasets {
namespace {

constexpr int number_overflow = 406;  // the parser's id of this error

/// Goes over a text before it is parsed: finds where it is wrong, and a name that a table has twice, of which the
/// parser would keep the last, in silence. Tables in lists are not looked at. (The parser can do this on its way, but
/// then its time grows with the square of a table's length.)
class Inspector : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    names_.emplace_back();
    path_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (lists_ > 0) return true;
    path_.back() = name;
    if (!names_.back().insert(name).second && first_.empty()) first_ = path_;
    return true;
  }
  bool end_object() override {
    names_.pop_back();
    path_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    ++lists_;
    return true;
  }
  bool end_array() override {
    --lists_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) override {
    const bool overflow = error.id == number_overflow;
    error_ = overflow ? token + " is a number that is too large" : "is not valid JSON";
    const std::size_t length = overflow ? token.size() : 1;
    offset_ = position - std::min(position, length);
    return false;
  }

  /// What is wrong, empty where nothing is, and where.
  const std::string& error() const { return error_; }
  std::size_t offset() const { return offset_; }
  /// The path to the first name that is there twice, empty where there is none.
  const std::vector<std::string>& first() const { return first_; }

 private:
  int lists_ = 0;                             ///< around what is being parsed
  std::vector<std::set<std::string>> names_;  ///< of each table around it
  std::vector<std::string> path_, first_;
  std::string error_;
  std::size_t offset_ = 0;
};

[[noreturn]] void fail(const std::string& file, const Place& place, const std::string& what) {
  throw std::runtime_error(place_text(file, place) + ": " + what);
}

}  // namespace

nlohmann::json parse_json(const std::string& text, const std::string& file) {
  Inspector inspector;
  nlohmann::json::sax_parse(text, &inspector);
  if (!inspector.error().empty()) fail(file, place_at(text, inspector.offset()), inspector.error());
  if (!inspector.first().empty()) {
    fail(file, place_in_json(text, inspector.first()),
         "\"" + inspector.first().back() + "\" is given twice; this is the first");
  }
  return nlohmann::json::parse(text);
}

}  // namespace pgt::datasets
