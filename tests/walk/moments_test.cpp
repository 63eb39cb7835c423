// Which moments of a video a step scores.

#include "walk/moments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "ten_frames.hpp"

namespace pgt::walk {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

/// The class of a second is the number of its frame, at ten a second; frame 7 is not labelled.
class Frames final : public sdk::Dataset {
 public:
  sdk::DatasetInfo info() const override { return {}; }
  std::size_t size(sdk::Split) const override { return 1; }
  sdk::Sample sample(sdk::Split, std::size_t) const override { return {}; }
  sdk::Target target(sdk::Split, std::size_t, std::span<const double> times) const override {
    EXPECT_EQ(times.size(), 1U);
    const auto frame = static_cast<std::int64_t>(std::floor(10 * times.front()));
    sdk::Target target;
    target.labelled = frame != 7;
    if (target.labelled) target.classes = {frame};
    return target;
  }
};

/// A video of ten frames, ten a second, under steps of four that share one.
class MomentsOfSteps : public testing::Test {
 protected:
  static ClipBatch batch(config::ShortVideo too_short, double fps = 0,
                         config::Sampling sampling = config::Sampling::dense) {
    config::DataOptions data;
    data.sampling = sampling;
    data.fps = fps;
    data.too_short = too_short;
    return ten_frames(data);
  }
  /// The middles of a step's moments; -1 of those that are not shown.
  static std::vector<double> middles(const ClipBatch& batch, std::int64_t index, std::int64_t moments) {
    std::vector<double> found;
    for (const MomentPart& part : moment_parts(batch, 0, step_of_four(index), moments)) {
      found.push_back(part.shown ? (part.begin + part.end) / 2 : -1);
    }
    return found;
  }
};

MATCHER(IsAbout, "") { return std::abs(std::get<0>(arg) - std::get<1>(arg)) < 1e-9; }

TEST_F(MomentsOfSteps, AreTheMiddlesOfEqualPartsOfTheNewFrames) {
  const ClipBatch clip = batch(config::ShortVideo::hold);
  EXPECT_THAT(middles(clip, 0, 4), Pointwise(IsAbout(), {0.05, 0.15, 0.25, 0.35}));
  EXPECT_THAT(middles(clip, 1, 3), Pointwise(IsAbout(), {0.45, 0.55, 0.65}));
  EXPECT_THAT(middles(clip, 1, 1), Pointwise(IsAbout(), {0.55}));
  EXPECT_THAT(middles(clip, 0, 2), Pointwise(IsAbout(), {0.1, 0.3}));
  EXPECT_THAT(middles(clip, 1, 6), Pointwise(IsAbout(), {0.425, 0.475, 0.525, 0.575, 0.625, 0.675}));
  const std::vector<MomentPart> parts = moment_parts(clip, 0, step_of_four(1), 3);
  EXPECT_THAT(parts[0].begin, DoubleNear(0.4, 1e-12));
  EXPECT_THAT(parts[2].end, DoubleNear(0.7, 1e-12));
}

TEST_F(MomentsOfSteps, AreNotShownWhereAFrameIsHeld) {
  const ClipBatch clip = batch(config::ShortVideo::hold);
  EXPECT_THAT(middles(clip, 2, 3), Pointwise(IsAbout(), {0.75, 0.85, 0.95}));
  EXPECT_THAT(middles(clip, 3, 3), Pointwise(IsAbout(), {-1.0, -1.0, -1.0}));
  const ClipBatch masked = batch(config::ShortVideo::mask);
  EXPECT_THAT(middles(masked, 3, 3), Pointwise(IsAbout(), {-1.0, -1.0, -1.0}));
}

TEST_F(MomentsOfSteps, BeginWithOneHoweverShortAVideoIs) {
  for (const config::Sampling sampling : {config::Sampling::dense, config::Sampling::uniform}) {
    config::DataOptions data;
    data.sampling = sampling;
    data.too_short = config::ShortVideo::hold;
    const ClipBatch clip = ten_frames(data, 1);
    EXPECT_THAT(middles(clip, 0, 1), Pointwise(IsAbout(), {0.2})) << "of four frames, of which it has one";
    EXPECT_THAT(middles(clip, 0, 4), Pointwise(IsAbout(), {0.05, -1.0, -1.0, -1.0}));
    EXPECT_THAT(middles(clip, 1, 1), Pointwise(IsAbout(), {-1.0}));
  }
}

TEST_F(MomentsOfSteps, AreShownAgainWhereAVideoStartsOver) {
  const ClipBatch clip = batch(config::ShortVideo::loop);
  EXPECT_THAT(middles(clip, 3, 3), Pointwise(IsAbout(), {0.05, 0.15, 0.25}));
}

TEST_F(MomentsOfSteps, AreInSecondsWhateverTheFrameRate) {
  const ClipBatch clip = batch(config::ShortVideo::hold, 5);
  EXPECT_THAT(middles(clip, 0, 4), Pointwise(IsAbout(), {0.1, 0.3, 0.5, 0.7}));
  EXPECT_THAT(middles(clip, 1, 3), Pointwise(IsAbout(), {0.9, -1.0, -1.0}));
}

TEST_F(MomentsOfSteps, OfSegmentsAreWhereTheirFramesAre) {
  // Ten frames for a clip of 16 that does not repeat any: a frame each.
  const ClipBatch clip = batch(config::ShortVideo::mask, 0, config::Sampling::segment);
  const std::vector<MomentPart> parts = moment_parts(clip, 0, step_of_four(0), 4);
  EXPECT_TRUE(parts[0].shown);
  EXPECT_LT(parts[0].begin, parts[1].begin + 1e-9);
  EXPECT_THAT(parts[0].end - parts[0].begin, DoubleNear(0.1, 1e-9));
}

TEST_F(MomentsOfSteps, AreAskedForWithinTheVideo) {
  const ClipBatch clip = ten_frames({}, 1);
  const auto targets = moment_targets(clip, {0}, step_of_four(0), 1, Frames(), sdk::Split::train);
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_THAT(targets[0].classes, ElementsAre(0));
}

TEST_F(MomentsOfSteps, AreAskedForOneByOne) {
  const Frames dataset;
  const ClipBatch clip = batch(config::ShortVideo::hold);
  const auto targets = moment_targets(clip, {0, 0}, step_of_four(2), 3, dataset, sdk::Split::train);
  ASSERT_EQ(targets.size(), 6U);
  EXPECT_FALSE(targets[0].labelled);
  EXPECT_THAT(targets[1].classes, ElementsAre(8));
  EXPECT_THAT(targets[5].classes, ElementsAre(9));
  for (const sdk::Target& target : moment_targets(clip, {0}, step_of_four(4), 3, dataset, sdk::Split::train)) {
    EXPECT_FALSE(target.labelled) << "the video has ended";
  }
}

}  // namespace
}  // namespace pgt::walk
