#include <cmath>
#include <cstdio>
#include <map>
#include <type_traits>
#include <variant>

#include "base/number.hpp"
#include "config/document.hpp"

namespace pgt::config {
namespace {

std::string text_of(bool value) { return value ? "true" : "false"; }

std::string text_of(std::int64_t value) { return std::to_string(value); }

/// The shortest text that reads back as the same number; with a point or an exponent, or it would read as an integer.
std::string text_of(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::string text = round_trip(value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string text_of(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
      text += escape;
    } else {
      text += c;
    }
  }
  return text + '"';
}

template <class T>
std::string text_of(const std::vector<T>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i) text += (i > 0 ? ", " : "") + text_of(values[i]);
  return text + "]";
}

std::string text_of(const std::map<std::string, double>& table) {
  std::string text = "{";
  for (const auto& [name, number] : table) {
    text += (text.size() > 1 ? ", " : "") + text_of(name) + " = " + text_of(number);
  }
  return text + "}";
}

}  // namespace

std::string to_toml(const sdk::OptionValue& value) {
  return std::visit([](const auto& held) { return text_of(held); }, value);
}

}  // namespace pgt::config
