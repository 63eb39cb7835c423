/// Which of this machine's addresses the other ranks reach it at.
#pragma once

#include <string>

#include "dist/world.hpp"

namespace pgt::dist {

/// As numbers. It is the address from which the machine of rank 0 is reached; where that is this machine, and others
/// have ranks too, that of its first network interface which is up. Throws Error(usage) where MASTER_ADDR names no
/// machine.
std::string local_address(const World& world);

}  // namespace pgt::dist
