#include "walk/epoch_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace pgt::walk {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<Turn> turns_of(const EpochOrder& order) {
  const auto turns = order.take(0, order.size());
  return {turns.begin(), turns.end()};
}

std::vector<std::size_t> all_of(const EpochOrder& order) {
  std::vector<std::size_t> units;
  for (const Turn& turn : turns_of(order)) units.push_back(turn.unit);
  return units;
}

TEST(EpochOrder, HasEveryUnitOnce) {
  std::vector<std::size_t> units = all_of(EpochOrder(3, 2, 7, 1));
  std::ranges::sort(units);
  EXPECT_THAT(units, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(EpochOrder, DependsOnSeedAndEpoch) {
  const std::vector<std::size_t> units = all_of(EpochOrder(50, 1, 7, 1));
  EXPECT_EQ(all_of(EpochOrder(50, 1, 7, 1)), units);
  EXPECT_NE(all_of(EpochOrder(50, 1, 7, 2)), units);
  EXPECT_NE(all_of(EpochOrder(50, 1, 8, 1)), units);
}

TEST(EpochOrder, IsTakenInBatchesOfAnySize) {
  const EpochOrder order(10, 1, 0, 0);
  std::vector<std::size_t> taken;
  std::int64_t cursor = 0;
  for (const std::int64_t count : {4, 1, 3, 8}) {  // the last one finds two
    const auto turns = order.take(cursor, count);
    for (const Turn& turn : turns) taken.push_back(turn.unit);
    cursor += std::ssize(turns);
  }
  EXPECT_EQ(taken, all_of(order));
  EXPECT_THAT(order.take(10, 4), SizeIs(0));
}

// 7 videos of class 0, 2 of class 4, 1 of class 2.
constexpr std::int64_t classes[] = {0, 0, 4, 0, 0, 0, 2, 0, 4, 0};

TEST(BalancedOrder, GivesEachClassTheSameShareOfAnEpochThatIsAsLong) {
  std::map<std::int64_t, int> largest_share;
  for (std::int64_t epoch = 0; epoch < 60; ++epoch) {
    std::map<std::int64_t, int> of_class;
    for (const std::size_t video : all_of(EpochOrder::balanced(classes, 1, 7, epoch))) ++of_class[classes[video]];
    EXPECT_EQ(of_class[0] + of_class[2] + of_class[4], 10);
    for (const auto& [label, count] : of_class) {
      EXPECT_THAT(count, testing::AnyOf(3, 4));
      if (count == 4) ++largest_share[label];
    }
  }
  for (const std::int64_t label : {0, 2, 4}) EXPECT_NEAR(largest_share[label], 20, 12);
}

TEST(BalancedOrder, TakesAllUnitsOfAClassBeforeOneComesAgain) {
  std::set<std::size_t> seen;
  for (std::int64_t epoch = 0; epoch < 30; ++epoch) {
    std::map<std::size_t, std::vector<std::size_t>> again;  // of each unit
    for (const Turn& turn : turns_of(EpochOrder::balanced(classes, 2, 7, epoch))) {
      again[turn.unit].push_back(turn.again);
      seen.insert(turn.unit);
    }
    std::map<std::int64_t, std::set<std::size_t>> times;  // of each class, how often its units come
    for (auto& [unit, numbers] : again) {
      std::ranges::sort(numbers);
      for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], i);
      times[classes[unit / 2]].insert(numbers.size());
    }
    EXPECT_THAT(times[0], ElementsAre(1)) << "fewer than there are";
    EXPECT_LE(*times[4].rbegin() - *times[4].begin(), 1U);
    EXPECT_GE(*times[2].begin(), 3U);
  }
  EXPECT_THAT(seen, SizeIs(20)) << "in the course of time all";
}

TEST(BalancedOrder, DependsOnItsArgumentsAlone) {
  const std::vector<Turn> turns = turns_of(EpochOrder::balanced(classes, 1, 7, 1));
  EXPECT_EQ(turns_of(EpochOrder::balanced(classes, 1, 7, 1)), turns);
  EXPECT_NE(turns_of(EpochOrder::balanced(classes, 1, 7, 2)), turns);
  EXPECT_NE(turns_of(EpochOrder::balanced(classes, 1, 8, 1)), turns);
}

}  // namespace
}  // namespace pgt::walk
