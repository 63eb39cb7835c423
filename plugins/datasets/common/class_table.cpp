#include "datasets/common/class_table.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace pgt::datasets {
namespace {

/// An integer of any length, comparable with others.
struct Integer {
  bool negative;
  std::string_view digits;  ///< without leading zeros

  explicit Integer(std::string_view text) : negative(text.starts_with('-')), digits(text.substr(negative ? 1 : 0)) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    negative = negative && !digits.empty();
  }
  bool operator<(const Integer& other) const {
    if (negative != other.negative) return negative;
    const bool smaller = std::tuple(digits.size(), digits) < std::tuple(other.digits.size(), other.digits);
    const bool equal = digits == other.digits;
    return negative ? !smaller && !equal : smaller;
  }
};

bool is_integer(std::string_view text) {
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::vector<std::string> class_table(const std::set<std::string>& names) {
  std::vector<std::string> table(names.begin(), names.end());
  if (std::ranges::all_of(table, is_integer)) {
    std::ranges::stable_sort(table, [](const std::string& a, const std::string& b) { return Integer(a) < Integer(b); });
  }
  return table;
}

std::map<std::string, std::int64_t> numbers_of(std::span<const std::string> classes) {
  std::map<std::string, std::int64_t> numbers;
  for (const std::string& name : classes) numbers.emplace(name, std::ssize(numbers));
  return numbers;
}

}  // namespace pgt::datasets
