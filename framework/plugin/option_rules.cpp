#include "plugin/option_rules.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <pgt/sdk/testing/rules/answers.hpp>

namespace pgt::plugin {
namespace {

using sdk::testing::text_of;

/// The numbers of a value, those of a list or a table too.
std::vector<double> numbers_of(const sdk::OptionValue& value) {
  std::vector<double> numbers;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) numbers = {static_cast<double>(*integer)};
  if (const auto* number = std::get_if<double>(&value)) numbers = {*number};
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
    numbers.assign(integers->begin(), integers->end());
  if (const auto* list = std::get_if<std::vector<double>>(&value)) numbers = *list;
  if (const auto* table = std::get_if<std::map<std::string, double>>(&value)) {
    for (const auto& [name, number] : *table) numbers.push_back(number);
  }
  return numbers;
}

bool is_word(const sdk::OptionSpec& spec) {
  return std::ranges::any_of(spec.words,
                             [&](const auto& word) { return spec.default_value == sdk::OptionValue(word.second); });
}

/// A choice of numbers may be written as an integer or not.
bool is_choice(const sdk::OptionSpec& spec) {
  return std::ranges::any_of(spec.choices, [&](const sdk::OptionValue& choice) {
    return choice == spec.default_value ||
           (!numbers_of(choice).empty() && numbers_of(choice) == numbers_of(spec.default_value));
  });
}

}  // namespace

std::string key_of_two(const std::vector<sdk::OptionSpec>& specs) {
  std::set<std::string> seen;
  for (const sdk::OptionSpec& spec : specs) {
    if (!seen.insert(spec.name).second) return spec.name;
  }
  return "";
}

std::string wrong_default(const sdk::OptionSpec& spec) {
  if (spec.required || is_word(spec)) return "";
  for (const double number : numbers_of(spec.default_value)) {
    const std::string is = "is " + text_of(number) + " by default, which is ";
    if (!std::isfinite(number)) return is + "not finite";
    if (spec.minimum && number < *spec.minimum) return is + "less than its minimum " + text_of(*spec.minimum);
    if (spec.maximum && number > *spec.maximum) return is + "more than its maximum " + text_of(*spec.maximum);
  }
  const auto* text = std::get_if<std::string>(&spec.default_value);
  const bool single = text != nullptr || numbers_of(spec.default_value).size() == 1;
  if (spec.choices.empty() || !single || is_choice(spec)) return "";
  return "is " + (text != nullptr ? '"' + *text + '"' : text_of(numbers_of(spec.default_value).front())) +
         " by default, which is none of its choices";
}

}  // namespace pgt::plugin
