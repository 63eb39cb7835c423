#include "base/number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace pgt {
namespace {

std::string print(double value, std::chars_format format, int digits) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 400> text{};  // the largest double has 309 digits before the point
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, format, digits);
  return {text.data(), result.ptr};
}

template <class T>
std::string shortest(T value) {
  if (!std::isfinite(value)) return "";
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), result.ptr};
}

}  // namespace

std::string round_trip(double value) { return shortest(value); }
std::string round_trip(float value) { return shortest(value); }

std::string fixed(double value, int digits) { return print(value, std::chars_format::fixed, digits); }

std::string significant(double value, int digits) { return print(value, std::chars_format::general, digits); }

std::string scientific(double value, int digits) { return print(value, std::chars_format::scientific, digits); }

std::string bytes_text(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value < 1e6) return fixed(value / 1e3, 0) + " kB";
  return value < 1e9 ? fixed(value / 1e6, 0) + " MB" : fixed(value / 1e9, 1) + " GB";
}

}  // namespace pgt
