// Gradients and running statistics of several ranks.

#include "dist/reducer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "dist/echo.hpp"
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

/// Two parameters of different types, which are in buckets of their own, one used after the other.
struct Pair {
  at::Tensor first = torch::tensor({1.0F, 2.0F}).set_requires_grad(true);
  at::Tensor second = torch::tensor({3.0, 5.0}, torch::kDouble).set_requires_grad(true);

  at::Tensor loss(const at::Tensor& looked) const { return (looked.to(torch::kDouble) * second).sum(); }
};

TEST(Reducer, SendsABucketWhileTheBackwardGoesOn) {
  Echo group;
  const Pair pair;
  Reducer reducer(group, {pair.first, pair.second});
  std::string in_between;
  reducer.during([&] {
    const at::Tensor looked = pair.first * 7;
    looked.register_hook([&](const at::Tensor&) { in_between = group.calls; });
    pair.loss(looked).backward();
  });
  EXPECT_EQ(in_between, "t") << "that of the second has left";
  EXPECT_EQ(group.calls, "tt");
  EXPECT_TRUE(pair.first.grad().equal(torch::tensor({21.0F, 35.0F}))) << "its own";
  reducer.reduce();
  EXPECT_EQ(group.calls, "ttn");
  EXPECT_TRUE(pair.first.grad().equal(torch::tensor({42.0F, 70.0F})));
  EXPECT_TRUE(pair.second.grad().equal(torch::tensor({14.0, 28.0}, torch::kDouble)));
  pair.loss(pair.first).backward();
  EXPECT_EQ(group.calls, "ttn") << "nobody has asked for more";
}

TEST(Reducer, SendsOnceMoreWhatHasChangedSince) {
  Echo group;
  const Pair pair;
  Reducer reducer(group, {pair.first, pair.second});
  reducer.during([&] {
    pair.loss(pair.first).backward();
    pair.first.sum().backward();
  });
  EXPECT_EQ(group.calls, "tt");
  reducer.reduce();
  EXPECT_EQ(group.calls, "ttnt");
  EXPECT_TRUE(pair.first.grad().equal(torch::tensor({8.0F, 12.0F})));
  EXPECT_TRUE(pair.second.grad().equal(torch::tensor({2.0, 4.0}, torch::kDouble)));
}

TEST(Reducer, ForgetsWhatIsNotToBeReduced) {
  Echo group;
  const Pair pair;
  Reducer reducer(group, {pair.first, pair.second});
  reducer.during([&] { pair.loss(pair.first).backward(); });
  reducer.forget();
  pair.first.mutable_grad() = torch::tensor({1.0F, 1.0F});
  pair.second.mutable_grad().reset();
  reducer.reduce();
  EXPECT_TRUE(pair.first.grad().equal(torch::tensor({2.0F, 2.0F})));
  EXPECT_FALSE(pair.second.grad().defined());
}

// One rank has gathered a gradient before and has none of it in the last backward, one has no backward.
TEST(Reducer, SendsTheSameFromRanksThatComputeDifferentThings) {
  const std::vector<std::string> thrown = on_ranks(3, [](Group& group) {
    std::vector<at::Tensor> own = parameters();
    for (at::Tensor& parameter : own) parameter.set_requires_grad(true);
    const auto loss = [&](std::size_t i) { return own[i].sum().to(torch::kDouble) * (group.rank() + 1); };
    Reducer reducer(group, own);
    loss(3).backward();
    reducer.during([&] {
      if (group.rank() == 0) (loss(1) + loss(2) + loss(3) + loss(4)).backward();
      if (group.rank() == 1) loss(2).backward();
    });
    const std::vector<at::Tensor> sums = reducer.sums();
    reducer.reduce();
    const double expected[] = {0, 1, 1 + 2, 1 + 1 + 2 + 3, 1};
    for (std::size_t i = 1; i < own.size(); ++i) {
      EXPECT_TRUE(own[i].grad().eq(expected[i]).all().item<bool>()) << i;
      EXPECT_TRUE(sums[i].equal(own[i].grad())) << i;
    }
    EXPECT_FALSE(own[0].grad().defined());
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
