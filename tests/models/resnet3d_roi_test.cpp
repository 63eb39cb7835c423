// The residual networks' head that scores boxes.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "finite_differences.hpp"
#include "models/common/roi_align.hpp"
#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {
namespace {

using pgt::sdk::CarryRule;
using pgt::sdk::Reduce;
using testing::HasSubstr;

template <class Options>
Options tiny_roi() {
  Options options = tiny<Options>();
  options.head = HeadKind::roi;
  options.roi_resolution = 3;
  return options;
}

at::Tensor boxes(std::initializer_list<std::array<double, 5>> rows) {
  at::Tensor made = torch::empty({0, 5}, torch::kDouble);
  for (const auto& row : rows)
    made = torch::cat({made, torch::tensor(c10::ArrayRef<double>(row)).to(made).view({1, 5})});
  return made;
}

at::Tensor three_boxes() { return boxes({{1, 2, 1, 9, 8}, {0, 0, 0, 12, 12}, {1, 0, 4, 5, 12}}); }

TEST(RoiHead, ScoresEachBoxInTheirOrder) {
  const auto network = make(tiny_roi<SlowOptions>());
  network->eval();
  const auto clip = clip_for(*network, 4);
  const at::Tensor scores = whole(*network, clip, 1, three_boxes());
  EXPECT_EQ(scores.sizes().vec(), (std::vector<std::int64_t>{3, 1, 3}));
  const at::Tensor order = torch::tensor({2, 0, 1});
  EXPECT_TRUE(whole(*network, clip, 1, three_boxes().index_select(0, order))
                  .allclose(scores.index_select(0, order), 1e-12, 1e-12));
}

TEST(RoiHead, ReadsABoxFromItsVideoAlone) {
  const auto network = make(tiny_roi<SlowOptions>());
  network->eval();
  auto clip = clip_for(*network, 4);
  const at::Tensor before = whole(*network, clip, 1, three_boxes());
  clip[0] = clip[0].clone();
  clip[0][0].zero_();
  const at::Tensor after = whole(*network, clip, 1, three_boxes());
  EXPECT_TRUE(after[0].allclose(before[0], 1e-12, 1e-12));
  EXPECT_FALSE(after[1].allclose(before[1], 1e-6, 1e-6));
}

TEST(RoiHead, KnowsHowManyPixelsAPlaceIs) {
  SlowOptions options;
  options.head = HeadKind::roi;
  EXPECT_EQ(options.layout(3).head.roi->stride, 32);
  options.strides = {1, 2, 2, 1};
  options.dilations = {1, 1, 1, 2};
  EXPECT_EQ(options.layout(3).head.roi->stride, 16) << "as the published detection networks";
  EXPECT_EQ(tiny_roi<SlowFastOptions>().layout(3).head.roi->stride, 8);
}

TEST(RoiHead, KeepsWhatItCarriesWhereAStepHasNoBoxes) {
  const auto network = make(tiny_roi<SlowFastOptions>());
  network->eval();
  const auto clip = clip_for(*network, 10);
  const auto scores_with = [&](const at::Tensor& in_the_second) {
    return pgt::models::scores_of_steps(*network, clip, {}, 4, true,
                                        [&](std::size_t step) { return step == 1 ? in_the_second : three_boxes(); });
  };
  const auto some = scores_with(three_boxes()), none = scores_with(boxes({}));
  ASSERT_EQ(none.size(), 3u);
  EXPECT_EQ(none[1].sizes().vec(), (std::vector<std::int64_t>{0, 1, 3}));
  EXPECT_TRUE(none[2].equal(some[2]));
}

TEST(RoiHead, HasTheGradientThatFiniteDifferencesGiveThroughTheCarry) {
  for (const Reduce reduce : {Reduce::last, Reduce::max, Reduce::mean}) {
    const auto network = make(tiny_roi<SlowFastOptions>());
    CarryRule rule;
    rule.reduce = reduce;
    rule.momentum = 0.25;
    const auto clip = clip_for(*network, 7, 8);
    const auto loss = [&] {
      return (progressive(*network, clip, rule, 3, false, [](std::size_t) { return three_boxes(); }) *
              torch::arange(1, 28, torch::kDouble).view({3, 3, 1, 3}).cos())
          .sum();
    };
    pgt::models::expect_gradients_of_finite_differences(*network, loss);
  }
}

TEST(RoiHead, RefusesTimeBinsAndWindows) {
  const auto network = make(tiny_roi<SlowOptions>());
  try {
    whole(*network, clip_for(*network, 4), 2, three_boxes());
    FAIL() << "must throw";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("set head_bins = 1"));
  }
  SlowOptions options = tiny_roi<SlowOptions>();
  options.pool.window = 2;
  EXPECT_EQ(problems_of(options), "head_window must be 0 with head = \"roi\", which pools boxes\n");
}

}  // namespace
}  // namespace resnet3d
