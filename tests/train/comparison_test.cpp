// Ranks that do not train the same network any more.

#include "train/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "dist/ranks_in_threads.hpp"

namespace pgt::train {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

class TwoTensors final : public sdk::Backbone {
 public:
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment&, sdk::Carry&) override { return {}; }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("conv", conv, sdk::Role::weight);
    visitor.visit("mean", mean, sdk::Role::buffer);
  }
  void train(bool) override {}

  at::Tensor conv = torch::ones({2, 3}), mean = torch::zeros({4});
};

TEST(Comparison, NamesTheTensorThatDiffersWhenItIsTime) {
  const std::vector<std::string> thrown = dist::on_ranks(2, [](dist::Group& group) {
    TwoTensors backbone;
    Comparison comparison(backbone, 10, group);
    comparison.after(0);
    if (!group.first()) backbone.mean[2] = 1e-7;
    comparison.after(9);  // not yet
    comparison.after(10);
  });
  EXPECT_THAT(thrown, Each(AllOf(HasSubstr("after update 10"), HasSubstr("\"mean\" of rank 1"))));
}

TEST(Comparison, ComesBeforeTheFirstUpdateToo) {
  const std::vector<std::string> thrown = dist::on_ranks(2, [](dist::Group& group) {
    TwoTensors backbone;
    backbone.conv[0][0] = group.rank();
    Comparison(backbone, 10, group).after(0);
  });
  EXPECT_THAT(thrown, Each(HasSubstr("\"conv\" of rank 1")));
}

TEST(Comparison, IsLeftOutWhereNotWanted) {
  const std::vector<std::string> thrown = dist::on_ranks(2, [](dist::Group& group) {
    TwoTensors backbone;
    backbone.conv[0][0] = group.rank();
    Comparison(backbone, 0, group).after(10);
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

}  // namespace
}  // namespace pgt::train
