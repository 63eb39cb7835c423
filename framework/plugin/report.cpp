#include "plugin/report.hpp"

#include "base/text.hpp"
#include "base/warning.hpp"

namespace pgt::plugin {

void report_troubles(const Registry& registry) {
  for (const Refused& refused : registry.refused()) {
    print_warning("plugin left out: " + printable_name(refused.path.string()) + ": " + refused.reason);
  }
  for (const std::string& warning : registry.warnings()) print_warning(warning);
}

}  // namespace pgt::plugin
