// From the scores of steps to the moments of a video, and from moments to segments.

#include "eval/moment_track.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "eval/moment_metrics.hpp"
#include "eval/moment_segments.hpp"
#include "eval/timeline_svg.hpp"

namespace pgt::eval {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;

std::vector<float> column(const MomentTrack& track, std::size_t a_class) {
  std::vector<float> values;
  for (std::size_t i = 0; i < track.size(); ++i) values.push_back(track.at(i)[a_class]);
  return values;
}

TEST(MomentGathering, TakesWhatWasScoredForEachMoment) {
  MomentGathering gathering(0, 1, 4, 2);  // middles at 0.125, 0.375, 0.625 and 0.875
  gathering.add(0, 0.5, std::array{0.25F, 0.75F});
  gathering.add(0.5, 1.0, std::array{1.0F, 0.0F});
  const MomentTrack track = gathering.take_track();
  EXPECT_THAT(column(track, 0), ElementsAre(0.25F, 0.25F, 1, 1));
  EXPECT_THAT(column(track, 1), ElementsAre(0.75F, 0.75F, 0, 0));
  EXPECT_EQ(track.middle(2), 0.625);
}

TEST(MomentGathering, AveragesViewsAndFillsGapsFromTheNearest) {
  MomentGathering gathering(10, 12, 4, 1);
  gathering.add(10.2, 10.7, std::array{0.5F});  // moments 1 and 2
  gathering.add(10.5, 10.6, std::array{0.9F});  // none has its middle in there
  gathering.add(10.6, 10.7, std::array{0.7F});  // moment 2 again
  gathering.add(11.6, 12.0, std::array{0.1F});  // 6 (middle at 11.625) and 7
  EXPECT_THAT(column(gathering.take_track(), 0),
              ElementsAre(0.5F, 0.5F, FloatEq(0.6F), FloatEq(0.6F), FloatEq(0.6F), 0.1F, 0.1F, 0.1F));
}

TEST(MomentGathering, GivesEveryMomentToOnePartAtCommonBorders) {
  // Thirds of a second at 1.5 moments a second: middles at borders of the parts, which do not round alike.
  MomentGathering gathering(0, 100, 1.5, 1);
  for (int i = 0; i < 300; ++i) gathering.add(i / 3.0, i / 3.0 + 1 / 3.0, std::array{static_cast<float>(i)});
  const std::vector<float> values = column(gathering.take_track(), 0);
  ASSERT_EQ(values.size(), 150U);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], 2 * static_cast<float>(i) + 1) << i;
}

TEST(MomentGathering, OfAVeryShortVideoHasOneMoment) {
  MomentGathering gathering(0, 0.01, 2, 1);
  gathering.add(0, 0.01, std::array{0.5F});
  const MomentTrack track = gathering.take_track();
  EXPECT_THAT(column(track, 0), ElementsAre(0.5F));
  EXPECT_NEAR(track.middle(0), 0.005, 1e-9);
  EXPECT_NEAR(track.begin(1), 0.01, 1e-9);
  MomentGathering half(0, 0.05, 10, 1);
  half.add(0, 0.05, std::array{0.5F});
  EXPECT_THAT(column(half.take_track(), 0), ElementsAre(0.5F));
}

/// A track at one moment a second whose best class is given, with probability 0.8 of three classes.
MomentTrack track_of(const std::vector<std::int64_t>& classes) {
  MomentTrack track;
  track.classes = 3;
  for (const std::int64_t label : classes) {
    for (std::int64_t k = 0; k < 3; ++k) track.probabilities.push_back(k == label ? 0.8F : 0.1F);
  }
  return track;
}

/// A track of one class.
MomentTrack of_one_class(const std::vector<float>& probabilities) {
  MomentTrack track;
  track.classes = 1;
  track.probabilities = probabilities;
  return track;
}

TEST(ClassesOf, AreTheBestScored) { EXPECT_THAT(classes_of(track_of({0, 1, 1, 2}), {}), ElementsAre(0, 1, 1, 2)); }

TEST(ClassesOf, CloseGapsAndJoinShortRunsToTheirLongerNeighbour) {
  config::EvalOptions rules;
  rules.segment_gap = 2;
  EXPECT_THAT(classes_of(track_of({0, 0, 1, 0, 2, 2, 0}), rules), ElementsAre(0, 0, 0, 0, 2, 2, 0));
  rules.segment_gap = 0;
  rules.segment_least = 2;
  EXPECT_THAT(classes_of(track_of({0, 0, 1, 2, 2, 2, 0}), rules), ElementsAre(0, 0, 2, 2, 2, 2, 2));
  EXPECT_THAT(classes_of(track_of({1}), rules), ElementsAre(1)) << "there is no neighbour";
}

TEST(ClassesOf, AreOfFilteredProbabilities) {
  config::EvalOptions rules;
  rules.segment_median = 3;
  EXPECT_THAT(classes_of(track_of({0, 0, 1, 0, 0, 2, 2, 2}), rules), ElementsAre(0, 0, 0, 0, 0, 2, 2, 2));
}

TEST(SegmentsOfClasses, LeaveTheBackgroundOut) {
  const MomentTrack track = track_of({0, 1, 1, 2});
  const auto segments = segments_of_classes(track, classes_of(track, {}), 0);
  EXPECT_THAT(segments,
              ElementsAre(FieldsAre(1, 3, 1, DoubleNear(0.8, 1e-6)), FieldsAre(3, 4, 2, DoubleNear(0.8, 1e-6))));
}

TEST(SegmentsOverThresholds, FollowTheRules) {
  const MomentTrack track = of_one_class({0.9F, 0.7F, 0.1F, 0.6F, 0.1F, 0.1F, 0.1F, 0.5F});
  config::EvalOptions rules;
  EXPECT_THAT(segments_over_thresholds(track, rules),
              ElementsAre(FieldsAre(0, 2, 0, DoubleNear(0.8, 1e-6)), FieldsAre(3, 4, 0, DoubleNear(0.6, 1e-6)),
                          FieldsAre(7, 8, 0, 0.5)));
  rules.segment_gap = 1.5;
  rules.segment_least = 2;
  EXPECT_THAT(segments_over_thresholds(track, rules), ElementsAre(FieldsAre(0, 4, 0, DoubleNear(2.3 / 4, 1e-6))));
  rules = {};
  rules.segment_thresholds = {0.55, 0.8, 0.85};
  EXPECT_THAT(segments_over_thresholds(track, rules), SizeIs(3)) << "what two thresholds give alike is one segment";
  rules.segment_thresholds = {0.95};
  EXPECT_THAT(segments_over_thresholds(track, rules), IsEmpty());
}

TEST(MomentMetrics, OfOneClassLeaveUnlabelledMomentsOut) {
  std::vector<MomentTrack> tracks{track_of({0, 1, 1, 2})};
  tracks[0].truth = {{{0}}, {{1}}, {{}, false}, {{1}}};
  const std::vector<std::string> classes{"background", "a", "b"};
  const MomentEvaluation evaluation{tracks, classes, {}, true, config::Loss::cross_entropy};
  const auto values = summarise(evaluation);
  EXPECT_NEAR(values.at("accuracy"), 100 * 2.0 / 3, 1e-9);
  EXPECT_NEAR(values.at("loss"), -(2 * std::log(0.8) + std::log(0.1)) / 3, 1e-6);
  EXPECT_THAT(values, AllOf(Contains(Key("edit")), Contains(Key("f1@10")), Contains(Key("f1@50"))));
  EXPECT_THAT(values, Not(Contains(Key("segment_mAP"))));
  const std::vector<ClassFigures> figures = class_figures(evaluation);
  EXPECT_EQ(figures[1].moments, 2);
  EXPECT_EQ(figures[1].correct, 1);
}

TEST(MomentMetrics, TheLossIsThatOfTraining) {
  std::vector<MomentTrack> tracks{track_of({0, 1})};
  tracks[0].truth = {{{0}}, {{1}}};
  const std::vector<std::string> classes{"background", "a", "b"};
  const auto loss = [&](config::Loss loss) {
    return summarise(MomentEvaluation{tracks, classes, {}, true, loss}).at("loss");
  };
  EXPECT_NEAR(loss(config::Loss::cross_entropy), -std::log(0.8), 1e-6);
  EXPECT_NEAR(loss(config::Loss::binary_cross_entropy), -(std::log(0.8) + 2 * std::log(0.9)) / 3, 1e-6);
}

TEST(MomentMetrics, OfSeveralClassesRankTheMomentsOfAllVideos) {
  std::vector<MomentTrack> tracks{of_one_class({0.9F, 0.2F, 0.6F}), of_one_class({0.7F, 0.1F})};
  tracks[0].truth = {{{0}}, {{}}, {{0}}};
  tracks[1].truth = {{{}}, {{}, false}};
  tracks[0].segments = {{0, 1, 0}, {2, 3, 0}};
  const std::vector<std::string> classes{"a"};
  config::EvalOptions rules;
  rules.segment_overlaps = "thumos";
  const auto values = summarise(MomentEvaluation{tracks, classes, rules, false, config::Loss::binary_cross_entropy});
  EXPECT_NEAR(values.at("mAP"), (1 + 2.0 / 3) / 2, 1e-9);
  EXPECT_NEAR(values.at("mcAP"), (1 + 2 / (2 + 1.0)) / 2, 1e-9);  // as many negatives as positives
  EXPECT_NEAR(values.at("segment_mAP@0.30"), 0.5 + 0.5 * 2 / 3, 1e-9);
  EXPECT_THAT(values,
              AllOf(Contains(Key("segment_mAP")), Contains(Key("segment_mAP@0.70")), Not(Contains(Key("edit")))));
}

TEST(MomentMetrics, SegmentsCountForNothingWhereNobodyKnowsTheTruth) {
  std::vector<MomentTrack> tracks{of_one_class({0.9F, 0.1F, 0.95F, 0.95F})};
  tracks[0].truth = {{{0}}, {{}}, {{}}, {{}}};
  tracks[0].segments = {{0, 1, 0}};
  const std::vector<std::string> classes{"a"};
  const auto precision = [&] {
    return summarise(MomentEvaluation{tracks, classes, {}, false, config::Loss::binary_cross_entropy})
        .at("segment_mAP");
  };
  EXPECT_NEAR(precision(), 0.5, 1e-9) << "the better scored segment is wrong";
  tracks[0].truth[2].labelled = false;
  EXPECT_NEAR(precision(), 0.5, 1e-9) << "half of it is known to be wrong";
  tracks[0].truth[3].labelled = false;
  EXPECT_NEAR(precision(), 1, 1e-9);
}

TEST(Timeline, ShowsWhatIsTrueAboveWhatIsPredicted) {
  std::vector<MomentTrack> tracks{track_of({0, 1, 1, 2})};
  tracks[0].truth = {{{0}}, {{1}}, {{}, false}, {{2}}};
  const std::vector<std::string> classes{"background", "a", "<b>"};
  const std::string svg = timeline_svg("kitchen & hall", {tracks, classes, {}, true}, tracks[0]);
  EXPECT_THAT(svg, AllOf(HasSubstr("kitchen &amp; hall"), HasSubstr(">true<"), HasSubstr(">predicted<"),
                         HasSubstr("a 1.00–3.00 s, 0.800"), HasSubstr("a 1.00–2.00 s<"), HasSubstr("&lt;b&gt;")));
  std::vector<MomentTrack> several{of_one_class({0.9F, 0.2F})};
  several[0].truth = {{{}}, {{0}}};
  const std::vector<std::string> one{"jump"};
  const std::string lanes = timeline_svg("v", {several, one, {}, false}, several[0]);
  EXPECT_THAT(lanes, AllOf(HasSubstr("jump 1.00–2.00 s<"), HasSubstr("jump 0.00–1.00 s, 0.900")));
}

}  // namespace
}  // namespace pgt::eval
