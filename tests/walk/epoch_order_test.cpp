#include "walk/epoch_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace pgt::walk {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::size_t> all_of(const EpochOrder& order) {
  const auto units = order.take(0, order.size());
  return {units.begin(), units.end()};
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
    const auto units = order.take(cursor, count);
    taken.insert(taken.end(), units.begin(), units.end());
    cursor += std::ssize(units);
  }
  EXPECT_EQ(taken, all_of(order));
  EXPECT_THAT(order.take(10, 4), SizeIs(0));
}

}  // namespace
}  // namespace pgt::walk
