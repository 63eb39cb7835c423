// Gradients and running statistics of several ranks.

#include "dist/reducer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "dist/moved_buffers.hpp"
#include "dist/ranks_in_threads.hpp"

namespace pgt::dist {
namespace {

using testing::Each;
using testing::IsEmpty;

/// Some small, one larger than a bucket, one of another type.
std::vector<at::Tensor> parameters() {
  std::vector<at::Tensor> all;
  const std::vector<std::vector<std::int64_t>> shapes{{3}, {2, 4}, {7, 1 << 20}, {5}, {}};
  for (const std::vector<std::int64_t>& sizes : shapes) {
    all.push_back(torch::zeros(sizes, all.size() == 3 ? torch::kDouble : torch::kFloat));
  }
  return all;
}

TEST(Reducer, AddsUpTheGradientsOfAllRanks) {
  const std::vector<std::string> thrown = on_ranks(3, [](Group& group) {
    const std::vector<at::Tensor> own = parameters();
    for (std::size_t i = 0; i + 1 < own.size(); ++i) {  // the last has none on any rank
      if (i == 1 && group.rank() != 2) continue;        // one rank alone has it
      own[i].mutable_grad() = torch::full_like(own[i], group.rank() + 1 + static_cast<int>(i));
    }
    Reducer reducer(group, own);
    const std::vector<at::Tensor> sums = reducer.sums();
    EXPECT_EQ(reducer.reductions(), 0);
    reducer.reduce();
    EXPECT_EQ(reducer.reductions(), 1);
    for (std::size_t i = 0; i + 1 < own.size(); ++i) {
      const double expected = i == 1 ? 4 : 6 + 3 * static_cast<double>(i);
      EXPECT_TRUE(own[i].grad().eq(expected).all().item<bool>()) << i;
      EXPECT_TRUE(sums[i].equal(own[i].grad())) << i;
    }
    EXPECT_FALSE(own.back().grad().defined());
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

TEST(MovedBuffers, MoveByTheMeanOfTheRanks) {
  const std::vector<std::string> thrown = on_ranks(3, [](Group& group) {
    const at::Tensor mean = torch::tensor({0.1F, 0.7F}), count = torch::tensor({41}), still = torch::tensor({0.3F});
    std::vector<at::Tensor> buffers{mean.clone(), count.clone(), still.clone()};
    const double shares[] = {0.25, 0.75, 0};  // the third has no rows
    if (group.rank() < 2) {
      buffers[0] += torch::tensor({group.rank() == 0 ? 4.0F : 8.0F, 0.0F});
      buffers[1] += 1;
    }
    share_moves(group, buffers, {mean, count, still}, shares[group.rank()]);
    EXPECT_NEAR(buffers[0][0].item<double>(), 0.1 + 7, 1e-6);
    EXPECT_TRUE(buffers[0][1].equal(mean[1]));
    EXPECT_EQ(buffers[1].item<std::int64_t>(), 42);
    EXPECT_TRUE(buffers[2].equal(still));
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

}  // namespace
}  // namespace pgt::dist
