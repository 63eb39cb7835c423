/// The process's own memory, in bytes, as the kernel counts it.
#pragma once

#include <cstdint>

namespace pgt::run {

/// Resident now (VmRSS); 0 where /proc is not there.
std::int64_t resident_bytes();
/// The most that was resident since the process began (VmHWM); 0 where /proc is not there.
std::int64_t peak_resident_bytes();
/// Lets `peak_resident_bytes` begin anew. False where the kernel does not allow it.
bool reset_peak_resident();
/// What the process can still have: of the machine, of its group of processes (cgroup) and by its own limit
/// (RLIMIT_AS).
std::int64_t available_bytes();

}  // namespace pgt::run
