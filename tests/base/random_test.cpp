#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <set>

namespace pgt {
namespace {

// These numbers decide what runs see: if a change moves one, old runs can no longer be resumed or repeated.
TEST(Random, KeepsItsNumbers) {
  EXPECT_EQ(mix({}), 0x0U);
  EXPECT_EQ(mix({1, 2, 3}), 0xd0734750fde362b3U);
  Random random(7, 3, 11, Purpose::crop);
  EXPECT_EQ(random.bits(), 0x5f59bc01cde96541U);
  EXPECT_EQ(random.bits(), 0x461ab1ca33711fa5U);
  EXPECT_EQ(permutation(5, 1, 8), (std::vector<std::size_t>{4, 2, 7, 0, 6, 3, 5, 1}));
}

TEST(Random, DependsOnEveryPartAndItsPlace) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
      for (std::uint64_t sample = 0; sample < 4; ++sample) {
        for (const Purpose purpose : {Purpose::clip_start, Purpose::scale, Purpose::crop, Purpose::flip}) {
          seen.insert(Random(seed, epoch, sample, purpose).bits());
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 256U);
  EXPECT_NE(mix({1}), mix({1, 0}));
  EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325U);
  EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8U);  // as Fowler, Noll and Vo have it
}

TEST(Random, GivesTheSameStreamForTheSameParts) {
  Random a(1, 2, 3, Purpose::flip), b(1, 2, 3, Purpose::flip);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
}

TEST(Random, IsUniform) {
  constexpr int draws = 20'000;
  std::array<int, 10> bins{};
  double sum = 0;
  for (std::uint64_t sample = 0; sample < draws; ++sample) {  // first draws of many streams: how the host uses it
    const double value = Random(0, 0, sample, Purpose::flip).uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    ++bins[static_cast<std::size_t>(value * 10)];
  }
  EXPECT_NEAR(sum / draws, 0.5, 0.01);
  for (const int bin : bins) EXPECT_NEAR(bin, draws / 10, 200);  // 4.7 standard deviations
}

TEST(Random, DrawsForDifferentPurposesAreIndependent) {
  constexpr int draws = 20'000;
  double products = 0;
  for (std::uint64_t sample = 0; sample < draws; ++sample) {
    products +=
        (Random(0, 0, sample, Purpose::crop).uniform() - 0.5) * (Random(0, 0, sample, Purpose::flip).uniform() - 0.5);
  }
  EXPECT_NEAR(12 * products / draws, 0.0, 0.03);
}

TEST(Random, IntegersCoverTheRangeEvenly) {
  Random random(0, 0, 0, Purpose::clip_start);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) {
    const std::int64_t value = random.integer(-3, 3);
    ASSERT_GE(value, -3);
    ASSERT_LE(value, 3);
    ++counts[static_cast<std::size_t>(value + 3)];
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 450);
}

TEST(Random, IntegersAreUnbiasedInAHugeRange) {
  // A range of 3/4 of all numbers: with a plain remainder the lowest third would come up twice as often.
  constexpr std::int64_t low = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t high = low + static_cast<std::int64_t>(3ULL << 61) + static_cast<std::int64_t>(3ULL << 61) - 1;
  Random random(0, 0, 0, Purpose::clip_start);
  int lowest = 0;
  for (int i = 0; i < 30'000; ++i) lowest += random.integer(low, high) < low + (1LL << 62) ? 1 : 0;
  EXPECT_NEAR(lowest, 10'000, 400);
}

TEST(Random, IntegersOfTheNarrowestAndTheWidestRange) {
  Random random(0, 0, 0, Purpose::crop);
  EXPECT_EQ(random.integer(5, 5), 5);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(random.integer(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()));
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Permutation, HoldsEverySampleOnce) {
  std::vector<std::size_t> order = permutation(3, 0, 1000);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> all(1000);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(order, all);
  EXPECT_TRUE(permutation(3, 0, 0).empty());
}

TEST(Permutation, DiffersByEpochAndSeed) {
  EXPECT_EQ(permutation(3, 0, 100), permutation(3, 0, 100));
  EXPECT_NE(permutation(3, 0, 100), permutation(3, 1, 100));
  EXPECT_NE(permutation(3, 0, 100), permutation(4, 0, 100));
}

}  // namespace
}  // namespace pgt
