#include "walk/hidden_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/error.hpp"

namespace pgt::walk {
namespace {

/// Adds up a video's frames: in the carry, as it should be, or in a member; and divides by something.
class Summing final : public sdk::Backbone {
 public:
  explicit Summing(bool in_member, double divisor = 1) : in_member_(in_member), divisor_(divisor) {}
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.sites = {{"sum", 0, sdk::SiteKind::attention, 3}};
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    at::Tensor sum = fragment.frames[0].mean({1, 2, 3, 4}).view({-1, 1, 1}) / divisor_;
    if (in_member_) {
      if (member_.defined()) sum = sum + member_;
      member_ = sum;
    } else {
      const at::Tensor before = carry.exchange(0, sum);
      if (before.defined()) sum = sum + before;
    }
    return sum;
  }
  void visit_parameters(sdk::ParameterVisitor&) override {}
  void train(bool) override {}

 private:
  bool in_member_;
  double divisor_;
  at::Tensor member_;
};

void check(bool in_member, double divisor = 1) {
  Summing backbone(in_member, divisor);
  sdk::Step first, second;
  first.frames = {{0, 4}};
  first.overlap = {0};
  second.frames = {{4, 7}};
  second.overlap = {1};
  torch::manual_seed(1);
  const auto fragment = [] { return sdk::Fragment{{torch::rand({1, 3, 4, 2, 2})}, 1}; };
  sdk::Plan plan;
  plan.steps = {first, second};
  check_no_hidden_state(backbone, "org.example", PlanWalk(plan, {sdk::Pathway{}}),
                        {{{fragment(), fragment()}, {fragment(), fragment()}}});
}

TEST(HiddenState, IsNotFoundWhereTheCarryKeepsIt) { EXPECT_NO_THROW(check(false)); }

TEST(HiddenState, IsFoundInAMember) {
  try {
    check(true);
    FAIL() << "a member kept a video's state and nobody noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(), testing::HasSubstr("plugin org.example, Backbone::forward: step"));
  }
}

TEST(HiddenState, IsNotWhatScoresThatAreNoNumbersAreToldAs) {
  try {
    check(false, 0);
    FAIL() << "the scores are infinite";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "plugin org.example, Backbone::forward: the scores of step 0 are not finite");
  }
}

}  // namespace
}  // namespace pgt::walk
