#include "config/setting_error.hpp"

#include "config/mention.hpp"
#include "config/sections.hpp"

namespace pgt::config {
namespace {

const Section* find_section(const RunConfig& config, const std::string& name) {
  const Section* found = nullptr;
  const auto look = [&](const std::string& of, const Section& section) {
    if (of == name) found = &section;
  };
  visit_plugin_sections(config, [&](const char* of, const char*, const Section& section) { look(of, section); });
  visit_host_sections(config,
                      [&](const char* of, const char*, const auto&, const Section& section) { look(of, section); });
  return found;
}

/// Where the text names keys that the section says, the first of these.
const Position* first_named(const Section& section, const std::string& text) {
  const Position* first = nullptr;
  std::size_t least = std::string::npos;
  for (const auto& [name, value] : section.values) {
    const std::size_t place = mention_of(name, text);
    if (value.position.line == 0 || place >= least) continue;
    least = place;
    first = &value.position;
  }
  return first;
}

}  // namespace

Position position_of(const SettingError& error, const RunConfig& config) {
  const std::size_t dot = error.key().find('.');
  const Section* const section = find_section(config, error.key().substr(0, dot));
  if (section == nullptr) return {config.file.string(), 1, 1, "", 1};
  if (dot == std::string::npos) {
    if (const Position* const named = first_named(*section, error.what())) return *named;
    return section->use_position;
  }
  const std::string key = error.key().substr(dot + 1);
  const auto value = section->values.find(key);
  const Position& said = key == "use"                     ? section->use_position
                         : value != section->values.end() ? value->second.position
                                                          : section->position;
  return said.line > 0 ? said : section->position;
}

}  // namespace pgt::config
