#include "run/memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace pgt::run {
namespace {

/// A line of such a file: "VmHWM:     4096 kB".
std::int64_t line_bytes(const char* file, const std::string& key) {
  std::ifstream lines(file);
  std::string word;
  while (lines >> word) {
    std::int64_t kilobytes = 0;
    if (word == key && lines >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

std::int64_t status_bytes(const std::string& key) { return line_bytes("/proc/self/status", key); }

/// The number that a file of the control group holds; nothing where there is none ("max").
std::optional<std::int64_t> group_bytes(const char* file) {
  std::ifstream number(std::string("/sys/fs/cgroup/") + file);
  std::int64_t bytes = 0;
  return number >> bytes ? std::optional(bytes) : std::nullopt;
}

}  // namespace

std::int64_t resident_bytes() { return status_bytes("VmRSS:"); }

std::int64_t peak_resident_bytes() { return status_bytes("VmHWM:"); }

bool reset_peak_resident() {
  std::ofstream counters("/proc/self/clear_refs");
  counters << 5 << std::flush;
  return counters.good();
}

std::int64_t available_bytes() {
  std::int64_t available = line_bytes("/proc/meminfo", "MemAvailable:");
  const auto most = group_bytes("memory.max"), used = group_bytes("memory.current");
  if (most && used) available = std::min(available, *most - *used);
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    available = std::min(available, static_cast<std::int64_t>(limit.rlim_cur) - status_bytes("VmSize:"));
  }
  return std::max<std::int64_t>(available, 0);
}

}  // namespace pgt::run
