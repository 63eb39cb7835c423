#include "plugin/report.hpp"

#include <cstdio>

namespace pgt::plugin {

void report_troubles(const Registry& registry) {
  for (const Refused& refused : registry.refused()) {
    std::fprintf(stderr, "warning: plugin left out: %s: %s\n", refused.path.c_str(), refused.reason.c_str());
  }
  for (const std::string& warning : registry.warnings()) std::fprintf(stderr, "warning: %s\n", warning.c_str());
}

}  // namespace pgt::plugin
