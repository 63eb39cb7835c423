#include "base/svg.hpp"

#include "base/number.hpp"

namespace pgt {
namespace {

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + fixed(value, 1) + "\"";
}

std::string base64(std::string_view bytes) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return at + i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i])) : 0U;
    };
    const unsigned three = byte(0) << 16U | byte(1) << 8U | byte(2);
    text += digits[three >> 18U];
    text += digits[three >> 12U & 63U];
    text += at + 1 < bytes.size() ? digits[three >> 6U & 63U] : '=';
    text += at + 2 < bytes.size() ? digits[three & 63U] : '=';
  }
  return text;
}

}  // namespace

std::string svg_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < ' ' ? ' ' : c;  // XML has no control characters
    }
  }
  return escaped;
}

std::string svg_text(double x, double y, std::string_view attributes, std::string_view text) {
  const std::string more = attributes.empty() ? "" : " " + std::string(attributes);
  return "<text" + attribute("x", x) + attribute("y", y) + more + ">" + svg_escaped(text) + "</text>\n";
}

std::string svg_image(double x, double y, double width, double height, std::string_view png) {
  return "<image" + attribute("x", x) + attribute("y", y) + attribute("width", width) + attribute("height", height) +
         " href=\"data:image/png;base64," + base64(png) + "\"/>\n";
}

}  // namespace pgt
