#include "config/sections.hpp"

#include <type_traits>

#include "config/document.hpp"

namespace pgt::config {

std::vector<SectionInfo> all_sections() {
  const RunConfig defaults;
  std::vector<SectionInfo> sections;
  visit_plugin_sections(defaults, [&](const char* name, const char* help, const Section&) {
    sections.push_back({name, help, true});
  });
  visit_host_sections(defaults, [&]<class Options>(const char* name, const char* help, const Options&, const Section&) {
    sdk::TypedOptions<Options> options;
    sections.push_back({name, help, false, specs_of(options)});
  });
  return sections;
}

}  // namespace pgt::config
