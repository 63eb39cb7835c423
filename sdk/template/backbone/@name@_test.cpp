#include "@name@.cpp"

#include <gtest/gtest.h>

#include <pgt/sdk/testing/carry.hpp>

namespace {

class @Class@Test : public testing::Test {
 protected:
  @Class@Test() : network_({}, {5}) { network_.eval(); }

  at::Tensor scores(const at::Tensor& frames, sdk::Carry& carry) {
    const torch::NoGradGuard no_gradients;
    return network_.forward({{frames}}, carry);
  }

  @Class@ network_;
};

TEST_F(@Class@Test, ScoresEveryVideo) {
  sdk::testing::LastFrames carry(network_.sites());
  EXPECT_EQ(scores(torch::randn({2, 3, 8, 32, 32}), carry).sizes(), (std::vector<std::int64_t>{2, 1, 5}));
}

TEST_F(@Class@Test, RemembersTheStepBefore) {
  const at::Tensor one = torch::randn({1, 3, 8, 32, 32}), other = torch::randn({1, 3, 8, 32, 32});
  const auto after = [&](const at::Tensor& before) {
    sdk::testing::LastFrames carry(network_.sites());
    scores(before, carry);
    carry.next_step();
    return scores(one, carry);
  };
  EXPECT_TRUE(after(one).equal(after(one)));
  EXPECT_FALSE(after(one).equal(after(other)));
}

}  // namespace
