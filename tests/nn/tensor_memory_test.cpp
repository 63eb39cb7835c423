#include "nn/tensor_memory.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt::nn {
namespace {

constexpr std::int64_t mebibyte = 1 << 20;

at::Tensor bytes(std::int64_t count) { return torch::empty({count}, torch::kUInt8); }

class TensorMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
    use_tensor_memory();
    release_unused_tensor_memory();
  }
};

TEST_F(TensorMemoryTest, CountsWhatTensorsUse) {
  const std::int64_t before = tensor_memory().used;
  const at::Tensor tensor = bytes(10 * mebibyte);
  EXPECT_EQ(tensor_memory().used - before, 10 * mebibyte);
}

TEST_F(TensorMemoryTest, HandsAFreedBlockToATensorALittleSmaller) {
  at::Tensor tensor = bytes(8 * mebibyte);
  const void* block = tensor.data_ptr();
  tensor.reset();
  EXPECT_EQ(tensor_memory().kept, 8 * mebibyte);
  const at::Tensor smaller = bytes(7 * mebibyte);
  EXPECT_EQ(smaller.data_ptr(), block);
  EXPECT_EQ(tensor_memory().kept, 0);
}

TEST_F(TensorMemoryTest, DoesNotSpendALargeBlockOnASmallTensor) {
  at::Tensor tensor = bytes(8 * mebibyte);
  const void* block = tensor.data_ptr();
  tensor.reset();
  const at::Tensor small = bytes(mebibyte);
  EXPECT_NE(small.data_ptr(), block);
  EXPECT_EQ(tensor_memory().kept, 8 * mebibyte);
}

TEST_F(TensorMemoryTest, HoldsLittleMoreThanWasEverUsed) {
  const std::int64_t before = tensor_memory().used;
  for (std::int64_t size = 1; size <= 100; size *= 2) bytes(size * mebibyte);  // each larger than what is kept
  bytes(100 * mebibyte);
  const TensorMemory memory = tensor_memory();
  EXPECT_LE(memory.used + memory.kept, (before + 100 * mebibyte) * 5 / 4 + 64 * mebibyte);
}

TEST_F(TensorMemoryTest, StepsOfTheSameSizesAskTheSystemForNothingNew) {
  // Together the sizes are twice what a step uses at a time; a block that went back would be missing from the sum.
  const std::int64_t before = tensor_memory().used;
  const auto step = [] {
    for (const std::int64_t size : {10, 20, 40, 80}) bytes(size * mebibyte);
  };
  step();
  step();
  EXPECT_EQ(tensor_memory().used + tensor_memory().kept, before + 150 * mebibyte);
}

TEST_F(TensorMemoryTest, ReleasesWhatNoTensorUses) {
  bytes(32 * mebibyte);
  EXPECT_GE(tensor_memory().kept, 32 * mebibyte);
  release_unused_tensor_memory();
  EXPECT_EQ(tensor_memory().kept, 0);
}

TEST_F(TensorMemoryTest, AllowsTensorsOfNoSize) { EXPECT_EQ(torch::empty({0}).numel(), 0); }

}  // namespace
}  // namespace pgt::nn
