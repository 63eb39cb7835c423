#include "nn/full_memory.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <stdexcept>

namespace pgt::nn {
namespace {

TEST(FullMemory, OfAnAcceleratorIsItsOwnExitCode) {
  try {
    naming_full_memory([] { TORCH_CHECK_WITH(OutOfMemoryError, false, "tried to allocate 20 GiB"); });
    FAIL();
  } catch (const FullMemory& error) {
    EXPECT_EQ(error.code(), ExitCode::device);
    EXPECT_NE(std::string(error.what()).find("tried to allocate 20 GiB"), std::string::npos) << error.what();
  }
}

/// TorchScript's interpreter makes text of whatever is thrown in it.
TEST(FullMemory, IsToldWhateverBecameOfTheException) {
  use_tensor_memory();
  const auto interpreted = [] {
    try {
      torch::empty({std::int64_t{1} << 50}, torch::kByte);
    } catch (const std::exception&) {
      throw std::runtime_error("RuntimeError: std::bad_alloc");
    }
  };
  EXPECT_THROW(naming_full_memory(interpreted), FullMemory);
  EXPECT_THROW(naming_full_memory([] { throw std::runtime_error("something else"); }), std::runtime_error);
}

/// An allocation that was refused and made do with has nothing to do with what ends the run hours later.
TEST(FullMemory, LeavesTheHostsOwnErrorsAlone) {
  use_tensor_memory();
  const auto later = [] {
    EXPECT_ANY_THROW(torch::empty({std::int64_t{1} << 50}, torch::kByte));
    throw Error(ExitCode::data, "none of the validation videos can be read");
  };
  try {
    naming_full_memory(later);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_STREQ(error.what(), "none of the validation videos can be read");
  }
}

}  // namespace
}  // namespace pgt::nn
