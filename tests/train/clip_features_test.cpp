#include "train/clip_features.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt::train {
namespace {

TEST(ClipFeatures, AreThoseOfAllStepsOneAfterAnother) {
  ClipFeatures features;
  std::vector<at::Tensor> steps;
  for (const std::int64_t width : {3, 2, 2, 2, 5}) {  // they outgrow what there is room for twice
    steps.push_back(torch::randn({2, width, 4}));
    features.add({0, 3}, steps.back());
  }
  EXPECT_TRUE(torch::equal(features.of({0, 3}, 14), torch::cat(steps, 1)));
  EXPECT_TRUE(features.of({0, 3}, 14).is_contiguous());
  EXPECT_TRUE(torch::equal(features.of({3}, 5), torch::cat({steps[0], steps[1]}, 1).narrow(0, 1, 1)));
}

TEST(ClipFeatures, AreOfRowsThatEndEarlierToo) {
  ClipFeatures features;
  const at::Tensor first = torch::randn({3, 2, 4}, torch::kDouble), second = torch::randn({2, 2, 4}, torch::kDouble);
  features.add({1, 2, 5}, first);
  features.add({1, 5}, second);
  EXPECT_TRUE(torch::equal(features.of({2}, 2), first.narrow(0, 1, 1)));
  const at::Tensor both = torch::cat({first.index_select(0, torch::tensor({0, 2})), second}, 1);
  EXPECT_TRUE(torch::equal(features.of({1, 5}, 4), both));
}

}  // namespace
}  // namespace pgt::train
