/// What a user should know about the plugins that a program found.
#pragma once

#include "plugin/registry.hpp"

namespace pgt::plugin {

/// Says on stderr, one line each, which plugins were left out and what somebody else may write to.
void report_troubles(const Registry& registry);

}  // namespace pgt::plugin
