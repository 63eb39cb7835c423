#include "video/frame_times.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

namespace pgt::video {
namespace {

FrameTimes times_of(const std::vector<std::int64_t>& all) {
  FrameTimes times;
  for (const std::int64_t time : all) times.push_back(time);
  return times;
}

void expect_same(const std::vector<std::int64_t>& all) {
  const FrameTimes times = times_of(all);
  ASSERT_EQ(times.size(), all.size());
  EXPECT_EQ(times.front(), all.front());
  EXPECT_EQ(times.back(), all.back());
  for (std::size_t frame = 0; frame < all.size(); ++frame) {
    EXPECT_EQ(times[frame], all[frame]) << frame;
    for (const std::int64_t near : {-1, 0, 1}) {
      const std::int64_t time = all[frame] + near;
      EXPECT_EQ(times.from(time), std::ranges::lower_bound(all, time) - all.begin()) << time;
      EXPECT_EQ(times.after(time), std::ranges::upper_bound(all, time) - all.begin()) << time;
    }
  }
}

TEST(FrameTimes, OfAConstantRateAreThoseThatWerePut) {
  expect_same({7});
  expect_same({-3, 509, 1021, 1533});
}

TEST(FrameTimes, OfAnyRateAreThoseThatWerePut) {
  expect_same({0, 512, 1024, 1537});
  expect_same({0, 33, 67, 100, 133, 167});
  std::mt19937 random(3);
  std::vector<std::int64_t> all{-20};
  for (int i = 0; i < 100; ++i) all.push_back(all.back() + 1 + static_cast<std::int64_t>(random() % 5));
  expect_same(all);
}

TEST(FrameTimes, EndWithTheLastFrame) {
  EXPECT_EQ(FrameTimes().from(0), 0);
  EXPECT_THROW(times_of({1, 2}).at(2), std::out_of_range);
}

TEST(FrameTimes, AreEqualWhereAllAre) {
  EXPECT_EQ(times_of({0, 2, 4}), times_of({0, 2, 4}));
  EXPECT_NE(times_of({0, 2, 4}), times_of({0, 2, 5}));
  EXPECT_NE(times_of({0, 2, 4}), times_of({0, 2}));
}

}  // namespace
}  // namespace pgt::video
