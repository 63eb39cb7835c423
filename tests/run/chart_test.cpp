#include "run/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "occurrences.hpp"
#include "run/curves.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(RoundTicks, CoverTheRangeInRoundSteps) {
  EXPECT_THAT(round_ticks(0, 100, 5), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(round_ticks(3, 17, 5), ElementsAre(0, 5, 10, 15, 20));
  EXPECT_THAT(round_ticks(0, 1, 6), ElementsAre(0, testing::DoubleNear(0.2, 1e-12), testing::DoubleNear(0.4, 1e-12),
                                                testing::DoubleNear(0.6, 1e-12), testing::DoubleNear(0.8, 1e-12),
                                                testing::DoubleNear(1, 1e-12)));
  for (const double high : {1e-6, 0.37, 1.0, 42.0, 9999.0}) {
    const std::vector<double> ticks = round_ticks(0, high, 5);
    EXPECT_GE(ticks.back(), high * (1 - 1e-9));
    EXPECT_LE(ticks.size(), 7U);
    EXPECT_GE(ticks.size(), 3U);
  }
}

TEST(Chart, DrawsALineAsFarAsThereAreNumbers) {
  Chart chart{"A & B", "epoch", {{"x < y", 0, {{1, 2}, {2, std::nan("")}, {3, 4}}}}};
  chart.lines[0].marked = 2;
  const std::string svg = chart_svg(chart, {0, 0, 400, 300});
  EXPECT_EQ(occurrences(svg, "<path"), 1U);
  EXPECT_EQ(occurrences(svg, "class=\"dot"), 2U);
  EXPECT_EQ(occurrences(svg, "class=\"ring"), 1U);
  EXPECT_THAT(svg, HasSubstr(">A &amp; B<"));
  EXPECT_THAT(svg, HasSubstr(">x &lt; y<"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Chart, StandsForNothingAndForOnePoint) {
  for (const std::vector<Line>& lines :
       {std::vector<Line>{}, {{"one", 0, {{1, 0}}}}, {{"flat", 0, {{1, 5}, {2, 5}}}}}) {
    const std::string svg = chart_svg({"t", "epoch", lines}, {0, 0, 400, 300});
    EXPECT_THAT(svg, Not(testing::AnyOf(HasSubstr("nan"), HasSubstr("inf"), HasSubstr("=\"-\""))));
    EXPECT_GE(occurrences(svg, "class=\"grid\""), 2U);
  }
}

Result result(std::int64_t epoch, std::map<std::string, double> val, std::optional<bool> best) {
  Result made;
  made.epoch = epoch;
  made.train_loss = 2.0 / static_cast<double>(epoch);
  made.train_top1 = val.contains("mAP") ? std::nan("") : 20;
  made.learning_rate = 0.1;
  made.val = std::move(val);
  made.best = best;
  return made;
}

TEST(Curves, ComeFromTheResultsAlone) {
  const Scratch scratch;
  write_curves_svg(scratch / "curves.svg", {result(1, {}, {}), result(2, {{"loss", 1.6}, {"top1", 35}}, true)});
  const std::string svg = read_file(scratch / "curves.svg");
  EXPECT_EQ(occurrences(svg, "<path"), 5U) << "loss twice, accuracy twice, learning rate";
  EXPECT_EQ(occurrences(svg, "class=\"dot"), 2U + 1 + 2 + 1 + 2);
  EXPECT_EQ(occurrences(svg, "class=\"ring"), 1U);
  EXPECT_THAT(svg, HasSubstr(">Accuracy, percent<"));

  write_curves_svg(scratch / "curves.svg", {result(1, {{"loss", 1.6}, {"mAP", 0.25}}, true)});
  EXPECT_THAT(read_file(scratch / "curves.svg"), HasSubstr(">Mean average precision<"));
  EXPECT_THROW(write_curves_svg(scratch / "none" / "curves.svg", {}), Error);
}

}  // namespace
}  // namespace pgt::run
