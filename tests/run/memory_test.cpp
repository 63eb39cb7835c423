#include "run/memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

namespace pgt::run {
namespace {

constexpr std::int64_t block = std::int64_t{64} << 20;

/// Touches that much memory and gives it back.
void use_block() {
  const auto bytes = std::make_unique<char[]>(block);
  for (std::int64_t i = 0; i < block; i += 4096) static_cast<volatile char*>(bytes.get())[i] = 1;
}

TEST(Memory, PeaksBeginAnewWhereTheKernelAllowsIt) {
  use_block();
  const std::int64_t peak = peak_resident_bytes();
  EXPECT_GE(peak, block);
  if (!reset_peak_resident()) GTEST_SKIP() << "/proc/self/clear_refs cannot be written";
  EXPECT_LT(peak_resident_bytes(), peak - block / 2);
}

TEST(Memory, IsAvailableUpToWhatTheMachineHas) {
  EXPECT_GT(available_bytes(), 0);
  EXPECT_LE(available_bytes(), static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE));
}

}  // namespace
}  // namespace pgt::run
