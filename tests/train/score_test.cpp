#include "train/score.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace pgt::train {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Score, TheMetricDecidesWhateverTheLosses) {
  EXPECT_TRUE((Score{90, 2.0}.better_than({80, 0.1})));
  EXPECT_FALSE((Score{80, 0.1}.better_than({90, 2.0})));
  EXPECT_TRUE((Score{0, 3.0}.better_than({})));
}

TEST(Score, TheLossDecidesAmongEquals) {
  EXPECT_TRUE((Score{90, 0.268}.better_than({90, 0.597})));
  EXPECT_FALSE((Score{90, 0.597}.better_than({90, 0.268})));
  EXPECT_FALSE((Score{90, 0.268}.better_than({90, 0.268})));
}

TEST(Score, WithoutALossTheEarlierOneStays) {
  EXPECT_FALSE((Score{0.5, nan}.better_than({0.5, nan})));
  EXPECT_TRUE((Score{0.6, nan}.better_than({0.5, nan})));
}

TEST(Score, ALossIsBetterThanNone) {
  EXPECT_TRUE((Score{90, 0.3}.better_than({90, nan})));
  EXPECT_FALSE((Score{90, nan}.better_than({90, 0.3})));
}

TEST(Score, AMetricThatIsNotANumberIsNeverTheBest) {
  EXPECT_FALSE((Score{nan, 0.1}.better_than({})));
  EXPECT_FALSE((Score{nan, 0.1}.better_than({0, 5.0})));
  EXPECT_TRUE((Score{0, 5.0}.better_than({nan, 0.1})));
}

}  // namespace
}  // namespace pgt::train
