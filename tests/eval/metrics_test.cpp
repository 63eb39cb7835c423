#include "eval/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt::eval {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;

Json golden() { return Json::parse(read_file(PGT_SOURCE_DIR "/tests/golden/metrics.json")); }

Scored scored(std::vector<double> probabilities, std::vector<std::int64_t> classes, double loss = 0) {
  Scored video;
  video.probabilities = std::move(probabilities);
  video.classes = std::move(classes);
  video.loss = loss;
  return video;
}

/// The videos of a golden case; their labels are class indices, or 0/1 for every class.
std::vector<Scored> videos_of(const Json& golden_case) {
  const Json& scores = golden_case.at("expect").at("video_scores");
  std::vector<Scored> videos;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const Json& label = golden_case.at("labels").at(i);
    std::vector<std::int64_t> classes;
    if (label.is_number()) {
      classes.push_back(label);
    } else {
      for (std::size_t k = 0; k < label.size(); ++k) {
        if (label.at(k) == 1) classes.push_back(static_cast<std::int64_t>(k));
      }
    }
    videos.push_back(scored(scores.at(i), classes));
  }
  return videos;
}

TEST(MeanAveragePrecision, IsTheReferences) {
  const Json cases = golden().at("multi_label");
  ASSERT_EQ(cases.size(), 4U);
  for (const Json& golden_case : cases) {
    SCOPED_TRACE(golden_case.at("id"));
    const std::vector<Scored> videos = videos_of(golden_case);
    const std::int64_t classes = golden_case.at("classes");
    const Json& expected = golden_case.at("expect");
    for (std::int64_t k = 0; k < classes; ++k) {
      const Json& precision = expected.at("ap_per_class").at(static_cast<std::size_t>(k));
      if (precision.is_null()) {
        EXPECT_TRUE(std::isnan(average_precision(videos, k))) << "class " << k;
      } else {
        EXPECT_NEAR(average_precision(videos, k), precision.get<double>(), 1e-6) << "class " << k;
      }
    }
    EXPECT_NEAR(mean_average_precision(videos, classes), expected.at("map").get<double>(), 1e-6);
  }
}

TEST(MeanAveragePrecision, IsNoNumberWithoutPositives) {
  EXPECT_TRUE(std::isnan(mean_average_precision({scored({0.5, 0.5}, {})}, 2)));
  EXPECT_TRUE(std::isnan(mean_average_precision({}, 2)));
}

/// As Charades' official evaluator ranks: one thing after the other, the best scored first.
double official_average_precision(std::vector<std::pair<double, bool>> things) {
  std::sort(things.begin(), things.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  double right = 0, sum = 0;
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (!things[i].second) continue;
    right += 1;
    sum += right / static_cast<double>(i + 1);
  }
  return sum / right;
}

TEST(LocalisationAveragePrecision, RanksTheMomentsOfAllVideos) {
  std::vector<Scored> videos(3);
  std::vector<std::pair<double, bool>> things;
  for (std::size_t v = 0; v < videos.size(); ++v) {
    for (int i = 0; i < 25; ++i) {
      const double score = static_cast<double>((static_cast<int>(v) * 25 + i) * 37 % 101) / 101;  // all different
      const bool present = (i + 3 * static_cast<int>(v)) % 7 < 2;
      LocalisedSecond moment{static_cast<double>(i), {0, score}, {}};
      if (present) moment.classes = {1};
      videos[v].localised.push_back(moment);
      things.emplace_back(score, present);
    }
  }
  const double expected = official_average_precision(things);
  EXPECT_NEAR(localisation_average_precision(videos, 1), expected, 1e-12);
  EXPECT_TRUE(std::isnan(localisation_average_precision(videos, 0)));
  EXPECT_NEAR(localisation_mean_average_precision(videos, 2), expected, 1e-12);
  EXPECT_TRUE(std::isnan(localisation_mean_average_precision({}, 2)));
}

TEST(TopK, IsTheReferences) {
  const Json cases = golden().at("single_label");
  ASSERT_EQ(cases.size(), 2U);
  for (const Json& golden_case : cases) {
    SCOPED_TRACE(golden_case.at("id"));
    const std::vector<Scored> videos = videos_of(golden_case);
    const auto percent = [&](const char* name) {
      return std::stod(golden_case.at("expect").at(name).get<std::string>());
    };
    // The reference prints two decimals.
    EXPECT_NEAR(top_k(videos, 1), percent("top1_percent"), 0.005 + 1e-6);
    EXPECT_NEAR(top_k(videos, 5), percent("top5_percent"), 0.005 + 1e-6);
  }
}

TEST(TopK, GivesTiesToTheLowerClassAndCutsKToTheClasses) {
  EXPECT_EQ(top_k({scored({0.5, 0.5}, {0})}, 1), 100);
  EXPECT_EQ(top_k({scored({0.5, 0.5}, {1})}, 1), 0);
  EXPECT_EQ(top_k({scored({0.5, 0.5}, {1})}, 5), 100);
  EXPECT_TRUE(std::isnan(top_k({}, 1)));
}

TEST(Ranking, PutsTheBestFirstAndWhatIsNoNumberLast) {
  EXPECT_THAT(ranking({0.1, std::numeric_limits<double>::quiet_NaN(), 0.7, 0.1}), ElementsAre(2, 0, 3, 1));
}

TEST(ClassCounts, CountVideosCorrectOnesAndConfusions) {
  const std::vector<Scored> videos{scored({0.8, 0.1, 0.1}, {0}), scored({0.1, 0.8, 0.1}, {0}),
                                   scored({0.1, 0.8, 0.1}, {1})};
  const std::vector<ClassAccuracy> counts = per_class(videos, 3);
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_EQ(counts[0].videos, 2);
  EXPECT_EQ(counts[0].correct, 1);
  EXPECT_EQ(counts[1].videos, 1);
  EXPECT_EQ(counts[1].correct, 1);
  EXPECT_EQ(counts[2].videos, 0);
  EXPECT_EQ(mean_class_accuracy(videos, 3), 75) << "of the two classes that have videos";
  EXPECT_THAT(confusion(videos, 3), ElementsAre(ElementsAre(1, 1, 0), ElementsAre(0, 1, 0), ElementsAre(0, 0, 0)));
}

TEST(Summary, NamesTheMetricsOfTheTask) {
  const std::vector<Scored> videos{scored({0.2, 0.5, 0.3}, {1}, 1.0), scored({0.2, 0.5, 0.3}, {2}, 2.0)};
  EXPECT_THAT(summarise(videos, 3, sdk::Task::single_label),
              ElementsAre(testing::Pair("loss", 1.5), testing::Pair("mean_class_accuracy", 50),
                          testing::Pair("top1", 50), testing::Pair("top3", 100)));
  EXPECT_THAT(summarise(videos, 3, sdk::Task::multi_label),
              ElementsAre(testing::Pair("loss", 1.5), testing::Pair("mAP", 0.5)));
  EXPECT_EQ(main_metric(sdk::Task::single_label), "top1");
  EXPECT_EQ(main_metric(sdk::Task::multi_label), "mAP");
  EXPECT_EQ(main_metric(sdk::Task::boxes), "mAP");
}

TEST(Summary, OfSixClassesNamesTop5AndOfOneNone) {
  EXPECT_TRUE(summarise({scored({1, 0, 0, 0, 0, 0}, {5})}, 6, sdk::Task::single_label).contains("top5"));
  EXPECT_EQ(summarise({scored({1}, {0})}, 1, sdk::Task::single_label).size(), 3U);
}

}  // namespace
}  // namespace pgt::eval
