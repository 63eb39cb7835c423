/// The process's own memory, in bytes, as the kernel counts it.
#pragma once

#include <cstdint>

namespace pgt::run {

/// Resident now (VmRSS); 0 where /proc is not there.
std::int64_t resident_bytes();
/// The most that was resident since the process began (VmHWM); 0 where /proc is not there.
std::int64_t peak_resident_bytes();

}  // namespace pgt::run
