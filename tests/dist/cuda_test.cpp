// Sums through NCCL, of what libpgt_cuda.so has.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "dist/cuda_sums.hpp"
#include "dist/ranks_in_threads.hpp"
#include "gpu.hpp"

namespace pgt::dist {
namespace {

TEST(Cuda, ARankWithAGpuOfItsOwnSumsThroughNccl) {
  PGT_NEEDS_GPU();
  if (cuda_sums() == nullptr) GTEST_SKIP() << "libpgt_cuda.so was not built";
  const std::vector<std::string> thrown = on_ranks(1, [](Group& group) {
    const c10::Device gpu(c10::kCUDA, 0);
    ASSERT_TRUE(group.sums_on(gpu));
    at::Tensor numbers = torch::arange(1000, at::device(gpu).dtype(at::kFloat));
    group.sum(numbers);
    EXPECT_TRUE(numbers.cpu().equal(torch::arange(1000, at::kFloat)));
  });
  EXPECT_EQ(thrown.front(), "");
}

TEST(Cuda, RanksThatShareAGpuSumOnTheCpu) {
  PGT_NEEDS_GPU();
  const std::vector<std::string> thrown =
      on_ranks(2, [](Group& group) { EXPECT_FALSE(group.sums_on(c10::Device(c10::kCUDA, 0))); });
  for (const std::string& text : thrown) EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace pgt::dist
