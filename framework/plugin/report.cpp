#include "plugin/report.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace pgt::plugin {

void report_troubles(const Registry& registry) {
  for (const Refused& refused : registry.refused()) {
    std::fprintf(stderr, "warning: plugin left out: %s: %s\n", printable_name(refused.path.string()).c_str(),
                 indented(printable(refused.reason)).c_str());
  }
  for (const std::string& warning : registry.warnings()) {
    std::fprintf(stderr, "warning: %s\n", indented(printable(warning)).c_str());
  }
}

}  // namespace pgt::plugin
