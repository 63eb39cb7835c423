#include "run/memory.hpp"

#include <fstream>
#include <string>

namespace pgt::run {
namespace {

/// A line of /proc/self/status: "VmHWM:     4096 kB".
std::int64_t status_bytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::int64_t kilobytes = 0;
    if (word == key && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

}  // namespace

std::int64_t resident_bytes() { return status_bytes("VmRSS:"); }

std::int64_t peak_resident_bytes() { return status_bytes("VmHWM:"); }

}  // namespace pgt::run
