// The sample task "memory": what its videos show, and what can be known of them.

#include "memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace pgt::synth {
namespace {

TEST(Memory, HasTheKindOfTheLastEventAsClass) {
  const MemoryOptions options;
  for (std::int64_t i = 0; i < 12; ++i) {
    const Film film = plan_memory_film(options, i);
    const std::vector<std::int64_t> labels = memory_labels(options, film);
    ASSERT_EQ(std::ssize(labels), options.frames);
    EXPECT_EQ(film.events.front().begin, 0);
    for (std::size_t e = 0; e < film.events.size(); ++e) {
      const std::int64_t from = e == 0 ? 0 : film.events[e].begin + 2;
      const std::int64_t to = e + 1 < film.events.size() ? film.events[e + 1].begin + 2 : options.frames;
      for (std::int64_t frame = from; frame < std::min(to, options.frames); ++frame) {
        ASSERT_EQ(labels[static_cast<std::size_t>(frame)], film.events[e].kind) << "video " << i << ", frame " << frame;
      }
      if (e > 0) {
        EXPECT_GE(film.events[e].begin - film.events[e - 1].begin, 24);
      }
    }
  }
}

TEST(Memory, HasEveryClassOnceAtEachMomentOfAGroup) {
  MemoryOptions options;
  options.kinds = 4;
  options.videos = 8;
  std::vector<std::vector<std::int64_t>> labels;
  for (std::int64_t i = 4; i < 8; ++i) labels.push_back(memory_labels(options, plan_memory_film(options, i)));
  for (std::size_t frame = 0; frame < 192; ++frame) {
    std::vector<std::int64_t> classes;
    for (const auto& of_video : labels) classes.push_back(of_video[frame]);
    std::ranges::sort(classes);
    ASSERT_THAT(classes, testing::ElementsAre(0, 1, 2, 3)) << frame;
  }
}

TEST(Memory, KeepsGroupsInOneSplit) {
  const MemoryOptions options;
  std::map<std::int64_t, bool> validation;
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < options.videos; ++i) {
    const bool is_validation = plan_memory_film(options, i).validation;
    EXPECT_EQ(validation.emplace(i / options.kinds, is_validation).first->second, is_validation);
    count += is_validation ? 1 : 0;
  }
  EXPECT_EQ(count, 48);
}

TEST(Memory, HasACeilingForFragments) {
  MemoryOptions options;
  EXPECT_NEAR(memory_ceiling(options, options.frames), 100, 1e-9) << "who sees all knows all";
  const double fragment = memory_ceiling(options, 8);
  EXPECT_GT(fragment, 100.0 / 3);
  EXPECT_LT(fragment, 60);
  EXPECT_LT(memory_ceiling(options, 4), fragment);
  options.frames = 8;  // one event, in the first fragment
  EXPECT_NEAR(memory_ceiling(options, 8), 100, 1e-9);
}

TEST(Memory, RefusesWhatCannotBeMade) {
  MemoryOptions options;
  options.videos = 100;
  EXPECT_THROW(check(options), Error) << "no multiple of 3";
  options.videos = 3;
  EXPECT_THROW(check(options), Error) << "nothing to validate";
  options.val_fraction = 0;
  check(options);
  options.kinds = 7;
  EXPECT_THROW(check(options), Error);
}

}  // namespace
}  // namespace pgt::synth
