#include "base/svg.hpp"

#include <array>

#include "base/number.hpp"
#include "base/text.hpp"

namespace pgt {
namespace {

// The colours can be told apart without seeing red and green. First on a light, then on a dark background.
constexpr std::array<std::array<const char*, 2>, svg_colors> palette = {{{"#1f6fb4", "#62aeee"},
                                                                         {"#d95f02", "#ff9d4d"},
                                                                         {"#1b8a6b", "#4fcfa8"},
                                                                         {"#8256b3", "#bb98ea"},
                                                                         {"#b8860b", "#e3bd4f"},
                                                                         {"#c2387b", "#f585b8"}}};

/// The dark colours are for viewers that say they are dark; a viewer that does not know this query shows the light
/// ones.
std::string style_sheet() {
  std::string light, dark;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const std::string name = ".c" + std::to_string(i);
    const auto rules = [&](const char* color) {
      return name + "{stroke:" + color + "}.dot" + name + "{fill:" + color + "}";
    };
    light += rules(palette[i][0]);
    dark += rules(palette[i][1]);
  }
  return "<style>\n"
         "text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#24292f}.title{font-size:14px;font-weight:600}"
         ".heading{font-size:16px;font-weight:600}.quiet{fill:#6a737d}.ground{fill:#fff}"
         ".grid{stroke:#e4e8ec}.axis{stroke:#9aa4ae}.line{fill:none;stroke-width:2;stroke-linejoin:round}"
         ".dot{stroke-width:0}.ring{fill:none;stroke-width:1.5}.frame{fill:none;stroke:#9aa4ae}"
         ".cell{fill:#084594}.on_cell{fill:#fff}\n" +
         light +
         "\n@media (prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.ground{fill:#0d1117}"
         ".grid{stroke:#2a313a}.axis,.frame{stroke:#5a646f}.cell{fill:#62aeee}.on_cell{fill:#0d1117}" +
         dark + "}\n</style>\n";
}

std::string with_space(std::string_view attributes) { return attributes.empty() ? "" : " " + std::string(attributes); }

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
  for (const char c : is_utf8(text) ? std::string(text) : printable(text)) {
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

std::string svg_document(double width, double height, std::string_view heading, std::string_view content) {
  const std::string w = fixed(width, 0), h = fixed(height, 0);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + w + " " + h + "\" width=\"" + w +
                    "\" height=\"" + h + "\">\n" + style_sheet() +
                    "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n";
  if (!heading.empty()) svg += svg_text(24, 28, "class=\"heading\"", heading);
  return svg.append(content) + "</svg>\n";
}

std::string svg_attribute(std::string_view name, double pixels) {
  return " " + std::string(name) + "=\"" + fixed(pixels, 1) + "\"";
}

std::string svg_text(double x, double y, std::string_view attributes, std::string_view text) {
  return "<text" + svg_attribute("x", x) + svg_attribute("y", y) + with_space(attributes) + ">" + svg_escaped(text) +
         "</text>\n";
}

std::string svg_line(double x1, double y1, double x2, double y2, std::string_view attributes) {
  return "<line" + svg_attribute("x1", x1) + svg_attribute("y1", y1) + svg_attribute("x2", x2) +
         svg_attribute("y2", y2) + with_space(attributes) + "/>\n";
}

std::string svg_rect(double x, double y, double width, double height, std::string_view attributes,
                     std::string_view tooltip) {
  const std::string start = "<rect" + svg_attribute("x", x) + svg_attribute("y", y) + svg_attribute("width", width) +
                            svg_attribute("height", height) + with_space(attributes);
  return tooltip.empty() ? start + "/>\n" : start + "><title>" + svg_escaped(tooltip) + "</title></rect>\n";
}

std::string svg_image(double x, double y, double width, double height, std::string_view png) {
  return "<image" + svg_attribute("x", x) + svg_attribute("y", y) + svg_attribute("width", width) +
         svg_attribute("height", height) + " href=\"data:image/png;base64," + base64(png) + "\"/>\n";
}

}  // namespace pgt
