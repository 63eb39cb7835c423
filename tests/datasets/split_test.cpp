#include "datasets/common/split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace pgt::datasets {
namespace {

std::vector<SplitItem> items(std::int64_t classes, std::int64_t per_class) {
  std::vector<SplitItem> items;
  for (std::int64_t c = 0; c < classes; ++c) {
    for (std::int64_t i = 0; i < per_class; ++i) {
      items.push_back({"class" + std::to_string(c) + "/video" + std::to_string(i) + ".mp4", "", {c}});
    }
  }
  return items;
}

std::map<std::int64_t, int> chosen_per_class(const std::vector<SplitItem>& items, const std::vector<bool>& chosen) {
  std::map<std::int64_t, int> counts;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const std::int64_t index : items[i].classes) counts[index] += chosen[i] ? 1 : 0;
  }
  return counts;
}

std::set<std::string> chosen_names(const std::vector<SplitItem>& items, double fraction, std::uint64_t seed) {
  const std::vector<bool> chosen = choose_validation(items, fraction, seed);
  std::set<std::string> names;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (chosen[i]) names.insert(items[i].name);
  }
  return names;
}

TEST(ChooseValidation, TakesTheShareOfEveryClass) {
  const auto videos = items(3, 20);
  for (const auto& [index, count] : chosen_per_class(videos, choose_validation(videos, 0.2, 7))) {
    EXPECT_EQ(count, 4) << index;
  }
}

TEST(ChooseValidation, TakesOneOfASmallClassAndNoneOfASingleVideo) {
  const auto two = items(2, 2);
  for (const auto& [index, count] : chosen_per_class(two, choose_validation(two, 0.1, 0))) EXPECT_EQ(count, 1) << index;
  const auto one = items(2, 1);
  for (const auto& [index, count] : chosen_per_class(one, choose_validation(one, 0.9, 0))) EXPECT_EQ(count, 0) << index;
  EXPECT_TRUE(chosen_names(two, 0, 0).empty());
}

TEST(ChooseValidation, DependsOnTheSeedAndNotOnTheOrder) {
  auto videos = items(3, 20);
  const auto chosen = chosen_names(videos, 0.2, 7);
  EXPECT_NE(chosen, chosen_names(videos, 0.2, 8));
  std::reverse(videos.begin(), videos.end());
  EXPECT_EQ(chosen, chosen_names(videos, 0.2, 7));
}

TEST(ChooseValidation, ChangesLittleWhenAVideoComes) {
  auto videos = items(2, 50);
  const auto before = chosen_names(videos, 0.2, 7);
  videos.push_back({"class0/new.mp4", "", {0}});
  const auto after = chosen_names(videos, 0.2, 7);
  std::vector<std::string> same;
  std::set_intersection(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(same));
  EXPECT_GE(same.size() + 1, before.size());
}

TEST(ChooseValidation, KeepsGroupsTogether) {
  auto videos = items(3, 20);
  for (std::size_t i = 0; i < videos.size(); ++i) videos[i].group = std::to_string(i % 10);
  const std::vector<bool> chosen = choose_validation(videos, 0.2, 7);
  for (std::size_t i = 0; i < videos.size(); ++i) EXPECT_EQ(chosen[i], chosen[i % 10]) << i;
  EXPECT_EQ(std::count(chosen.begin(), chosen.end(), true), 12);
}

TEST(ChooseValidation, TakesALargeGroupRatherThanNothing) {
  auto videos = items(2, 10);
  for (std::size_t i = 0; i < videos.size(); ++i)
    videos[i].group = videos[i].name.substr(0, 6) + (i % 10 < 6 ? "a" : "b");
  const auto counts = chosen_per_class(videos, choose_validation(videos, 0.1, 7));
  EXPECT_EQ(counts.at(0), 4);
  EXPECT_EQ(counts.at(1), 4);
}

TEST(ChooseValidation, LeavesAClassOfOneGroupToTraining) {
  auto videos = items(2, 10);
  for (std::size_t i = 0; i < 10; ++i) videos[i].group = "all of class 0";
  const auto counts = chosen_per_class(videos, choose_validation(videos, 0.2, 7));
  EXPECT_EQ(counts.at(0), 0);
  EXPECT_EQ(counts.at(1), 2);
}

TEST(ChooseValidation, SharesOutEveryLabelOfVideosWithSeveral) {
  std::vector<SplitItem> videos = items(1, 100);
  for (std::size_t i = 0; i < videos.size(); ++i) {
    videos[i].classes.clear();
    if (i % 2 == 0) videos[i].classes.push_back(0);
    if (i % 5 == 0) videos[i].classes.push_back(1);
  }
  const auto counts = chosen_per_class(videos, choose_validation(videos, 0.2, 7));
  EXPECT_NEAR(counts.at(0), 10, 2);
  EXPECT_NEAR(counts.at(1), 4, 1);
}

}  // namespace
}  // namespace pgt::datasets
