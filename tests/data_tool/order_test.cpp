#include "order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "base/error.hpp"

namespace pgt::synth {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Film> plan_all(const OrderOptions& options) {
  std::vector<Film> films;
  for (std::int64_t i = 0; i < options.videos; ++i) films.push_back(plan_film(options, i));
  return films;
}

std::vector<std::int64_t> kinds_of(const Film& film) {
  std::vector<std::int64_t> kinds;
  for (const Event& event : film.events) kinds.push_back(event.kind);
  return kinds;
}

/// Knows which events happen, but not when: it always says the first class that has these.
double order_blind_accuracy(const OrderOptions& options) {
  const auto classes = order_classes(options);
  std::int64_t right = 0;
  for (const Film& film : plan_all(options)) {
    const std::vector<std::int64_t> kinds = kinds_of(film);
    const std::set<std::int64_t> seen(kinds.begin(), kinds.end());
    const auto guess = std::find_if(classes.begin(), classes.end(), [&](const std::vector<std::int64_t>& tuple) {
      return std::set<std::int64_t>(tuple.begin(), tuple.end()) == seen;
    });
    right += guess - classes.begin() == static_cast<std::ptrdiff_t>(film.class_index) ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(options.videos);
}

/// The sizes of two samples' largest difference between their shares below a value (Kolmogorov and Smirnov).
double distance(std::vector<double> a, std::vector<double> b) {
  std::vector<double> values(a);
  values.insert(values.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto share = [](const std::vector<double>& sample, double value) {
    const auto below = std::upper_bound(sample.begin(), sample.end(), value) - sample.begin();
    return static_cast<double>(below) / static_cast<double>(sample.size());
  };
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(share(a, value) - share(b, value)));
  return largest;
}

std::string error_of(const OrderOptions& options) {
  try {
    check(options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    return error.what();
  }
  return "";
}

TEST(OrderClasses, AreAllOrderedTuplesOfDifferentKinds) {
  OrderOptions options;
  std::vector<std::string> names;
  for (const auto& kinds : order_classes(options)) names.push_back(class_name(kinds));
  EXPECT_THAT(names, ElementsAre("red-circle_then_blue-square", "red-circle_then_green-triangle",
                                 "blue-square_then_red-circle", "blue-square_then_green-triangle",
                                 "green-triangle_then_red-circle", "green-triangle_then_blue-square"));
  options.kinds = 4;
  options.events = 3;
  EXPECT_EQ(order_classes(options).size(), 24U);
  options.events = 1;
  EXPECT_EQ(class_name(order_classes(options)[3]), "yellow-cross");
}

TEST(OrderPlan, GivesAnOrderBlindOracleExactlyTheCeiling) {
  OrderOptions options;
  EXPECT_EQ(order_blind_accuracy(options), 1.0 / 2);
  options.events = 3;
  options.frames = 64;
  EXPECT_EQ(order_blind_accuracy(options), 1.0 / 6);
  options.events = 1;
  EXPECT_EQ(order_blind_accuracy(options), 1.0);
}

TEST(OrderPlan, BalancesTheClassesOfBothSplits) {
  OrderOptions options;
  std::map<std::pair<bool, std::size_t>, int> counts;
  for (const Film& film : plan_all(options)) ++counts[{film.validation, film.class_index}];
  ASSERT_EQ(counts.size(), 12U);
  for (const auto& [key, count] : counts) EXPECT_EQ(count, key.first ? 40 : 160) << key.second;

  options.videos = 1203;  // three classes get one more to train
  counts.clear();
  for (const Film& film : plan_all(options)) ++counts[{film.validation, film.class_index}];
  for (const auto& [key, count] : counts) EXPECT_EQ(count, key.first ? 40 : key.second < 3 ? 161 : 160);
}

TEST(OrderPlan, HasNoValidationVideosWhereNoneAreAskedFor) {
  OrderOptions options;
  options.val_fraction = 0;
  for (const Film& film : plan_all(options)) EXPECT_FALSE(film.validation);
}

TEST(OrderPlan, KeepsEventsApartAndOffTheEnds) {
  OrderOptions options;
  options.kinds = 4;
  options.events = 3;
  options.frames = 61;
  options.step_length = 10;
  for (const Film& film : plan_all(options)) {
    std::int64_t free_from = 0;
    for (const Event& event : film.events) {
      EXPECT_GE(event.begin, free_from + options.step_length);
      EXPECT_GE(event.frames, options.step_length / 2);
      EXPECT_LT(event.frames, options.step_length);
      EXPECT_GE(event.x, 0.17);
      EXPECT_LE(event.x, 0.83);
      free_from = event.begin + event.frames;
    }
    EXPECT_LE(free_from + options.step_length, options.frames);
  }
}

TEST(OrderPlan, ShowsEveryEventInAnyClipOfTheQuickstart) {
  const OrderOptions options;
  const std::int64_t clip = 6 * options.step_length - 5;
  const std::int64_t latest_start = options.frames - clip;
  ASSERT_GE(latest_start, 4);
  for (const Film& film : plan_all(options)) {
    EXPECT_GE(film.events.front().begin, latest_start);
    EXPECT_LE(film.events.back().begin + film.events.back().frames, clip);
  }
}

TEST(OrderPlan, PutsEventsExactlyAGapApart) {
  OrderOptions options;
  options.kinds = 4;
  options.events = 3;
  options.step_length = 10;
  options.gap = 4;
  options.frames = 125;
  std::set<std::int64_t> begins;
  for (const Film& film : plan_all(options)) {
    for (std::size_t i = 1; i < film.events.size(); ++i) {
      const Event& before = film.events[i - 1];
      EXPECT_EQ(film.events[i].begin - before.begin - before.frames, 40);
    }
    begins.insert(film.events.front().begin);
    EXPECT_GE(film.events.front().begin, 10);
    EXPECT_LE(film.events.back().begin + film.events.back().frames, 115);
  }
  EXPECT_GE(begins.size(), 5U);
}

TEST(OrderPlan, KeepsItsFilmsWhereNoGapIsAskedFor) {
  // Written down before there was a gap.
  const Film film = plan_film(OrderOptions{}, 7);
  EXPECT_EQ(film.events[0].begin, 12);
  EXPECT_EQ(film.events[1].begin, 29);
  EXPECT_EQ(film.seed, 14298995770697794155U);
}

TEST(OrderPlan, KnowsItsCeiling) {
  OrderOptions options;
  options.gap = 2;
  EXPECT_EQ(order_ceiling(options), 50);
  EXPECT_EQ(order_ceiling(options), 100 * order_blind_accuracy(options));
  options.events = 3;
  options.frames = 80;
  EXPECT_EQ(order_ceiling(options), 100.0 / 6);
}

class OrderBackwards : public testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Gaps, OrderBackwards, testing::Values(0, 2));

TEST_P(OrderBackwards, LooksTheSame) {
  OrderOptions options;
  options.gap = GetParam();
  options.videos = 24000;
  const std::vector<Film> films = plan_all(options);
  const auto compare = [&](const std::function<double(const Film&)>& first,
                           const std::function<double(const Film&)>& second) {
    std::vector<double> a, b;
    for (const Film& film : films) {
      a.push_back(first(film));
      b.push_back(second(film));
    }
    return distance(std::move(a), std::move(b));
  };
  const auto both = [&](const std::function<double(const Event&)>& of) {
    return compare([&](const Film& film) { return of(film.events[0]); },
                   [&](const Film& film) { return of(film.events[1]); });
  };
  constexpr double critical = 0.0178;  // one in a thousand, for two samples of 24000
  EXPECT_LT(both([](const Event& event) { return static_cast<double>(event.frames); }), critical);
  EXPECT_LT(both([](const Event& event) { return event.x; }), critical);
  EXPECT_LT(both([](const Event& event) { return event.y; }), critical);
  EXPECT_LT(both([](const Event& event) { return event.radius; }), critical);
  EXPECT_LT(compare([](const Film& film) { return static_cast<double>(film.events[0].begin); },
                    [&](const Film& film) {
                      return static_cast<double>(options.frames - film.events[1].begin - film.events[1].frames);
                    }),
            critical);
  // Key frames fall alike on both.
  EXPECT_LT(compare([](const Film& film) { return (film.events[0].begin - film.first_key + 80) % key_interval; },
                    [](const Film& film) { return (film.events[1].begin - film.first_key + 80) % key_interval; }),
            critical);
}

TEST(OrderPlan, DrawsTheClassesAlike) {
  OrderOptions options;
  options.videos = 24000;
  std::vector<std::vector<double>> begins(6);
  for (const Film& film : plan_all(options)) {
    begins[film.class_index].push_back(static_cast<double>(film.events[0].begin));
  }
  for (std::size_t i = 1; i < begins.size(); ++i) EXPECT_LT(distance(begins[0], begins[i]), 0.044) << i;
}

TEST(OrderPlan, DependsOnTheSeed) {
  OrderOptions options;
  const Film film = plan_film(options, 7);
  EXPECT_EQ(plan_film(options, 7).seed, film.seed);
  EXPECT_EQ(film.file, "val/red-circle_then_green-triangle/video-00007.mp4");
  options.seed = 1;
  EXPECT_NE(plan_film(options, 7).seed, film.seed);
}

TEST(OrderOptionsCheck, NamesTheOptionAndTheRule) {
  const auto with = [](auto change) {
    OrderOptions options;
    change(options);
    return error_of(options);
  };
  EXPECT_EQ(error_of(OrderOptions{}), "");
  EXPECT_EQ(with([](auto& o) { o.kinds = 7; }), "--kinds 7: must be 2 to 6");
  EXPECT_EQ(with([](auto& o) { o.events = 4; }), "--events 4: must be 1 to the number of kinds (3)");
  EXPECT_THAT(with([](auto& o) { o.frames = 35; }), AllOf(HasSubstr("--frames 35"), HasSubstr("at least 36")));
  EXPECT_THAT(with([](auto& o) { o.videos = 11; }), AllOf(HasSubstr("--videos 11"), HasSubstr("at least 12")));
  EXPECT_THAT(with([](auto& o) { o.width = 33; }), HasSubstr("--size 33"));
  EXPECT_THAT(with([](auto& o) { o.val_fraction = 1; }), HasSubstr("--val-fraction"));
  EXPECT_THAT(with([](auto& o) { o.fps = 0; }), HasSubstr("--fps 0"));
  EXPECT_THAT(with([](auto& o) { o.step_length = 3; }), HasSubstr("--step-length 3"));
  EXPECT_THAT(with([](auto& o) { o.gap = -1; }), HasSubstr("--gap -1"));
  EXPECT_EQ(with([](auto& o) { o.gap = 2; }), "");
  EXPECT_THAT(with([](auto& o) { o.gap = 3; }),
              AllOf(HasSubstr("at least 52"), HasSubstr("24 frames from each other")));
}

}  // namespace
}  // namespace pgt::synth
