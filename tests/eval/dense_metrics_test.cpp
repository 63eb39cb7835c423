/// The metrics of moments and segments where the golden numbers (parity/dense_metrics) say nothing: at the edges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "eval/action_segmentation.hpp"
#include "eval/ranked_precision.hpp"
#include "eval/segment_precision.hpp"

namespace pgt::eval {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(RunsOf, LeavesTheBackgroundOut) {
  const std::vector<std::int64_t> classes{0, 0, 2, 2, 0, 1};
  EXPECT_THAT(runs_of(classes, 0), ElementsAre(ClassRun{2, 2, 4}, ClassRun{1, 5, 6}));
  EXPECT_THAT(runs_of(classes, std::nullopt), SizeIs(4));
  EXPECT_THAT(runs_of({}, 0), IsEmpty());
}

TEST(SegmentationFigures, OfBackgroundAloneAreRight) {
  const std::vector<LabelledMoments> videos{{{0, 0, 0}, {0, 0, 0}}};
  const SegmentationFigures figures = segmentation_figures(videos, 0);
  EXPECT_EQ(figures.accuracy, 100);
  EXPECT_EQ(figures.edit, 100);
  EXPECT_TRUE(std::isnan(figures.f1[0])) << "there is no run to find";
}

TEST(SegmentationFigures, CountRunsThatAreFoundWhereNoneIs) {
  const std::vector<LabelledMoments> videos{{{0, 0, 0, 0}, {0, 1, 1, 0}}, {{1, 1, 0, 0}, {1, 1, 0, 0}}};
  const SegmentationFigures figures = segmentation_figures(videos, 0);
  EXPECT_EQ(figures.edit, 50);
  EXPECT_NEAR(figures.f1[2], 100 * 2.0 / 3, 1e-12);  // one right, one wrong
}

TEST(SegmentationFigures, TakeATrueRunOnce) {
  const std::vector<LabelledMoments> videos{{{1, 1, 1, 1, 1, 1}, {1, 1, 1, 0, 1, 1}}};
  const SegmentationFigures figures = segmentation_figures(videos, 0);
  EXPECT_NEAR(figures.f1[0], 100 * 2.0 / 3, 1e-12);
  EXPECT_NEAR(figures.edit, 50, 1e-12);
}

TEST(SegmentationFigures, OfNothingAreNoNumbers) {
  EXPECT_TRUE(std::isnan(segmentation_figures({}, 0).accuracy));
  EXPECT_TRUE(std::isnan(segmentation_figures({}, 0).edit));
}

TEST(CalibratedAveragePrecision, WeighsNegativesByTheirNumber) {
  // One positive behind one of four negatives: its precision is 1 / (1 + 1/4).
  const std::vector<Ranked> things{{0.9, false}, {0.8, true}, {0.3, false}, {0.2, false}, {0.1, false}};
  EXPECT_NEAR(calibrated_average_precision_of(things), 0.8, 1e-12);
  EXPECT_NEAR(average_precision_of(things), 0.5, 1e-12);
  EXPECT_EQ(calibrated_average_precision_of({{0.5, true}}), 1);
  EXPECT_TRUE(std::isnan(calibrated_average_precision_of({{0.5, false}})));
}

TEST(SegmentPrecision, DropsTrueSegmentsOfNoLengthAndRepeats) {
  const std::vector<sdk::Segment> segments{{1, 2, 0}, {1.0005, 2.0004, 0}, {1, 2, 1}, {3, 3, 0}, {1, 2.1, 0}};
  EXPECT_THAT(distinct(segments), ElementsAre(segments[0], segments[2], segments[4]));
}

TEST(SegmentPrecision, TakesTheNextBestTrueSegmentWhereTheBestIsTaken) {
  // Both are found, although the second overlaps the first true segment more.
  std::vector<SegmentedVideo> videos(1);
  videos[0].truth = {{0, 10, 0}, {2, 14, 0}};
  videos[0].found = {{0, 10, 0, 0.9}, {1, 11, 0, 0.8}};
  const std::vector<double> overlaps{0.5};
  EXPECT_THAT(segment_average_precision(videos, 1, overlaps), ElementsAre(ElementsAre(DoubleNear(1, 1e-12))));
}

TEST(SegmentPrecision, RanksOverAllVideosAndLeavesClassesOutThatAreNeverTrue) {
  std::vector<SegmentedVideo> videos(2);
  videos[0].truth = {{0, 10, 0}};
  videos[0].found = {{0, 10, 0, 0.5}, {0, 10, 1, 0.9}};
  videos[1].found = {{0, 10, 0, 0.7}};  // wrong, and scored better
  const std::vector<double> overlaps{0.5, 0.9};
  const auto precisions = segment_average_precision(videos, 2, overlaps);
  EXPECT_THAT(precisions[0], ElementsAre(DoubleNear(0.5, 1e-12), DoubleNear(0.5, 1e-12)));
  EXPECT_TRUE(std::isnan(precisions[1][0]));
  EXPECT_THAT(mean_over_true_classes(precisions, 2), ElementsAre(DoubleNear(0.5, 1e-12), DoubleNear(0.5, 1e-12)));
}

TEST(OverlapsNamed, AreThoseOfTheBenchmarks) {
  EXPECT_THAT(overlaps_named("thumos"), ElementsAre(0.3, 0.4, 0.5, 0.6, 0.7));
  EXPECT_THAT(overlaps_named("activitynet"), ElementsAre(0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95));
  EXPECT_THAT(overlaps_named("epic"), ElementsAre(0.1, 0.2, 0.3, 0.4, 0.5));
  EXPECT_THAT(overlaps_named("charades"), SizeIs(9));
  EXPECT_THROW(overlaps_named("thumos14"), std::out_of_range);
}

}  // namespace
}  // namespace pgt::eval
