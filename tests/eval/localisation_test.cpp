#include "eval/localisation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgt::eval {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

void add(Localisation& moments, double first, double last, double probability) {
  moments.add(first, last, std::vector{probability, 1 - probability});
}

TEST(Localisation, LieWhereTheOfficialOnesDo) {
  Localisation moments(2, 52);
  add(moments, 0, 1, 0.5);
  const std::vector<LocalisedSecond> all = moments.seconds();
  ASSERT_EQ(all.size(), 25u);
  EXPECT_DOUBLE_EQ(all[0].second, 2);
  EXPECT_DOUBLE_EQ(all[1].second, 4);
  EXPECT_DOUBLE_EQ(all[24].second, 50);
}

TEST(Localisation, HaveTheMeanOfTheStretchesThatTheyLieIn) {
  Localisation moments(0, 25);
  add(moments, 0, 10, 0.2);
  add(moments, 10, 24, 0.6);
  add(moments, 8, 12, 0.7);
  const std::vector<LocalisedSecond> all = moments.seconds();
  EXPECT_THAT(all[3].probabilities, ElementsAre(DoubleNear(0.2, 1e-12), DoubleNear(0.8, 1e-12)));
  EXPECT_THAT(all[9].probabilities, ElementsAre(DoubleNear(0.45, 1e-12), DoubleNear(0.55, 1e-12)));
  EXPECT_THAT(all[10].probabilities, ElementsAre(DoubleNear(0.5, 1e-12), DoubleNear(0.5, 1e-12)));
  EXPECT_THAT(all[20].probabilities, ElementsAre(DoubleNear(0.6, 1e-12), DoubleNear(0.4, 1e-12)));
}

TEST(Localisation, OutsideOfAllStretchesHaveTheNearestOnes) {
  Localisation moments(0, 25);
  add(moments, 4, 6, 0.1);
  add(moments, 10, 12, 0.9);
  add(moments, 14, 16, 0.5);
  const std::vector<LocalisedSecond> all = moments.seconds();
  EXPECT_DOUBLE_EQ(all[0].probabilities[0], 0.1);
  EXPECT_DOUBLE_EQ(all[7].probabilities[0], 0.1);
  EXPECT_DOUBLE_EQ(all[8].probabilities[0], 0.1) << "equally near: the first";
  EXPECT_DOUBLE_EQ(all[9].probabilities[0], 0.9);
  EXPECT_DOUBLE_EQ(all[24].probabilities[0], 0.5);
}

}  // namespace
}  // namespace pgt::eval
