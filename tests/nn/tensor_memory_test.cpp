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

TEST_F(TensorMemoryTest, KeepsNoMoreThanAShareOfWhatIsUsed) {
  for (std::int64_t size = 1; size <= 100; ++size) bytes(size * mebibyte);  // each larger than what is kept
  EXPECT_LE(tensor_memory().kept, tensor_memory().used / 2 + 64 * mebibyte + 100 * mebibyte);
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
