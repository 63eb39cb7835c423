#include "config/convert.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <type_traits>
#include <vector>

#include "base/text.hpp"
#include "config/path.hpp"

namespace pgt::config {
namespace {

constexpr std::size_t most_choices = 8;
constexpr const char* a_table = "a table of numbers";

template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;

using Table = std::map<std::string, double>;

/// The words that an option may be instead of a number: ` or "all"`.
std::string or_words(const sdk::OptionSpec& spec) {
  std::string text;
  for (const auto& [word, unused] : spec.words) text += " or \"" + word + '"';
  return text;
}

/// `element`: of the list that the option is.
std::string expected(const sdk::OptionSpec& spec, bool element) {
  static constexpr const char* names[] = {"true or false",      "an integer",        "a number",        "text",
                                          "a list of integers", "a list of numbers", "a list of texts", a_table};
  static constexpr const char* element_names[] = {"an integer", "a number", "text"};
  constexpr std::size_t first_list = 4;
  const std::size_t type = spec.default_value.index();
  std::string text = (element ? element_names[type - first_list] : names[type]) + or_words(spec);
  if (spec.table) text += std::string(" or ") + a_table;
  return text;
}

/// What is there, in words.
std::string found(const toml::node& node, const Position& position) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  if (node.is_date() || node.is_time() || node.is_date_time()) return "a date or time";
  const std::string said(characters(position.text, position.column, position.length));
  if (!node.is_string()) return said;
  if (said.empty()) return "nothing";  // of an override
  const bool is_number = said.find_first_not_of("0123456789+-._eE") == std::string::npos && said.front() <= '9';
  return is_number ? said + ", which is too large or no number" : "the text " + said;
}

/// A number without a needless ".0" or exponent.
std::string plain(double number) {
  constexpr double most_exact = 9007199254740992;  // 2^53
  const bool exact = std::trunc(number) == number && std::abs(number) <= most_exact;
  return exact ? std::to_string(static_cast<std::int64_t>(number)) : to_toml(number);
}

template <class T>
std::optional<T> scalar(const toml::node& node) {
  if constexpr (std::is_same_v<T, double>) {
    if (node.is_integer()) return static_cast<double>(node.ref<std::int64_t>());
  }
  if (!node.is<T>()) return std::nullopt;
  return node.ref<T>();
}

bool equal(const sdk::OptionValue& choice, const std::string& value) { return choice == sdk::OptionValue(value); }

/// The choices of a number may be written as integers or not.
bool equal(const sdk::OptionValue& choice, double value) {
  const auto* integer = std::get_if<std::int64_t>(&choice);
  const auto* number = std::get_if<double>(&choice);
  return (integer != nullptr && static_cast<double>(*integer) == value) || (number != nullptr && *number == value);
}

class Converter {
 public:
  Converter(const Entry& entry, const sdk::OptionSpec& spec, Diagnostics& diagnostics)
      : entry_(entry), spec_(spec), diagnostics_(diagnostics) {}

  std::optional<Value> run() {
    if (const auto word = find_word()) return word;
    if (takes_table() && entry_.node->is_table()) return table();
    auto value = std::visit(
        [&](const auto& like) -> std::optional<sdk::OptionValue> {
          using T = std::decay_t<decltype(like)>;
          if constexpr (is_list<T>) {
            return list<typename T::value_type>();
          } else if constexpr (std::is_same_v<T, Table>) {
            wrong_type(*entry_.node, entry_.value);
            return std::nullopt;
          } else {
            return one<T>(*entry_.node, entry_.value);
          }
        },
        spec_.default_value);
    if (!value) return std::nullopt;
    return Value{std::move(*value), entry_.value, {}};
  }

 private:
  std::optional<Value> find_word() const {
    if (!entry_.node->is_string()) return std::nullopt;
    for (const auto& [word, number] : spec_.words) {
      if (entry_.node->ref<std::string>() == word) return Value{number, entry_.value, word};
    }
    return std::nullopt;
  }

  template <class T>
  std::optional<std::vector<T>> list() {
    const toml::array* array = entry_.node->as_array();
    if (array == nullptr) {
      wrong_type(*entry_.node, entry_.value);
      return std::nullopt;
    }
    std::vector<T> values;
    bool whole = true;
    for (const toml::node& element : *array) {
      auto value = one<T>(element, position_of(element.source(), *entry_.source));
      whole = whole && value.has_value();
      if (value) values.push_back(std::move(*value));
    }
    return whole ? std::optional(std::move(values)) : std::nullopt;
  }

  std::optional<Value> table() {
    Table values;
    bool whole = true;
    for (const auto& [key, element] : *entry_.node->as_table()) {
      const Position position = position_of(element.source(), *entry_.source);
      const std::optional<double> value = scalar<double>(element);
      if (!value) {
        diagnostics_.error(position, must("be a number, not ") + found(element, position));
      }
      whole = value && in_range(*value, position) && whole;
      if (value) values.emplace(key.str(), *value);
    }
    if (!whole) return std::nullopt;
    return Value{std::move(values), entry_.value, {}};
  }

  template <class T>
  std::optional<T> one(const toml::node& node, const Position& position) {
    std::optional<T> value = scalar<T>(node);
    if constexpr (std::is_same_v<T, std::string>) {
      if (!value && entry_.command_text && !is_list_option()) value = *entry_.command_text;
    }
    if (!value) {
      wrong_type(node, position);
      return std::nullopt;
    }
    if constexpr (!std::is_same_v<T, bool>) {
      if (!is_choice(*value, position)) return std::nullopt;
    }
    if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
      if (!in_range(static_cast<double>(*value), position)) return std::nullopt;
    }
    if constexpr (std::is_same_v<T, std::string>) {
      if (spec_.path) value = absolute_path(*value, entry_.folder);
    }
    return value;
  }

  void wrong_type(const toml::node& node, const Position& position) {
    diagnostics_.error(position, must("be " + expected(spec_, is_element())) + ", not " + found(node, position),
                       type_help(node));
  }

  /// How to write what was probably meant.
  std::string type_help(const toml::node& node) const {
    if (is_list_option() && !node.is_array() && &node == entry_.node) {
      return "a list is written in brackets, with commas: " + spec_.name + " = [ … ]";
    }
    const bool wants_text = std::holds_alternative<std::string>(spec_.default_value);
    if (wants_text && node.is_value()) return "text is written in quotes";
    if (!wants_text && node.is_string()) {
      if (!spec_.words.empty()) return did_you_mean(node.ref<std::string>(), words());
      const auto unquoted = parse_toml("value = " + node.ref<std::string>());
      if (unquoted && !unquoted->begin()->second.is_string()) return "write it without quotes";
    }
    return "";
  }

  bool in_range(double value, const Position& position) {
    if (!std::isfinite(value)) {
      diagnostics_.error(position, must("be a finite number, not ") + plain(value));
      return false;
    }
    const bool fits = (!spec_.minimum || value >= *spec_.minimum) && (!spec_.maximum || value <= *spec_.maximum);
    if (!fits) diagnostics_.error(position, must("be " + range()) + ", not " + plain(value), spec_.help);
    return fits;
  }

  std::string range() const {
    std::string text;
    if (spec_.minimum && spec_.maximum) {
      text = "from " + plain(*spec_.minimum) + " to " + plain(*spec_.maximum);
    } else {
      text = spec_.minimum ? "at least " + plain(*spec_.minimum) : "at most " + plain(*spec_.maximum);
    }
    if (!spec_.unit.empty()) text += " (" + spec_.unit + ')';
    return text + or_words(spec_);
  }

  template <class T>
  bool is_choice(const T& value, const Position& position) {
    if (spec_.choices.empty()) return true;
    std::vector<std::string> names;
    std::vector<std::string> shown;
    for (const sdk::OptionValue& choice : spec_.choices) {
      if constexpr (std::is_same_v<T, std::string>) {
        if (equal(choice, value)) return true;
        names.push_back(std::get<std::string>(choice));
      } else {
        if (equal(choice, static_cast<double>(value))) return true;
      }
      if (shown.size() < most_choices) shown.push_back(to_toml(choice));
    }
    std::string message = must("be one of ") + join(shown, ", ");
    if (spec_.choices.size() > shown.size()) {
      message += " or " + std::to_string(spec_.choices.size() - shown.size()) + " others";
    }
    std::string help;
    if constexpr (std::is_same_v<T, std::string>) help = did_you_mean(value, names);
    message += or_words(spec_);
    if (spec_.table) message += std::string(" or ") + a_table;
    diagnostics_.error(position, message + ", not " + to_toml(value), std::move(help));
    return false;
  }

  std::vector<std::string> words() const {
    std::vector<std::string> texts;
    for (const auto& [word, unused] : spec_.words) texts.push_back(word);
    return texts;
  }

  bool is_list_option() const {
    return std::visit([](const auto& like) { return is_list<std::decay_t<decltype(like)>>; }, spec_.default_value);
  }

  bool takes_table() const { return spec_.table || std::holds_alternative<Table>(spec_.default_value); }

  /// What is wrong is an element of a list, not that there is no list.
  bool is_element() const { return is_list_option() && entry_.node->is_array(); }

  std::string must(const std::string& text) const {
    const bool each = is_element() || (takes_table() && entry_.node->is_table());
    return (each ? "each element of \"" : "\"") + spec_.name + "\" must " + text;
  }

  const Entry& entry_;
  const sdk::OptionSpec& spec_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Value> convert(const Entry& entry, const sdk::OptionSpec& spec, Diagnostics& diagnostics) {
  return Converter(entry, spec, diagnostics).run();
}

Value default_of(const sdk::OptionSpec& spec) {
  Value value{spec.default_value, {}, {}};
  if (auto* text = std::get_if<std::string>(&value.value); text != nullptr && spec.path) {
    *text = absolute_path(*text, std::filesystem::current_path());
  }
  for (const auto& [word, number] : spec.words) {
    if (value.value == sdk::OptionValue(number)) value.word = word;
  }
  return value;
}

}  // namespace pgt::config
