#include "config/toml_source.hpp"

#include <string>

#include "config/toml_complaint.hpp"
#include "config/toml_depth.hpp"

namespace pgt::config {

Position position_of(const toml::source_region& region, const Source& source) {
  return source.between(region.begin.line, region.begin.column, region.end.line, region.end.column);
}

std::optional<toml::table> parse_toml(std::string_view text) {
  if (find_deep_key(text)) return std::nullopt;
  try {
    return toml::parse(text);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

std::optional<toml::table> parse_toml(std::string_view text, const Source& source, Diagnostics& diagnostics) {
  if (const std::optional<DeepKey> deep = find_deep_key(text)) {
    report_deep_key(*deep, source, diagnostics);
    return std::nullopt;
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& complaint) {
    report_complaint(complaint, source, diagnostics);
    return std::nullopt;
  }
}

}  // namespace pgt::config
