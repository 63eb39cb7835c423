#include "eval/detection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"

namespace pgt::eval {
namespace {

using Json = nlohmann::json;
using sdk::Box;

std::string name_of(const std::string& video, int second) { return video + "," + std::to_string(10000 + second); }

Box box_of(const Json& row, std::size_t first) {
  return {row[first].get<float>(), row[first + 1].get<float>(), row[first + 2].get<float>(),
          row[first + 3].get<float>()};
}

/// The key frames of a golden case, and the classes of its label map.
struct Case {
  KeyFrames frames;
  std::vector<std::pair<std::size_t, std::string>> classes;  ///< place of the score, name
};

Case read(const Json& golden) {
  Case read;
  for (const Json& row : golden["class_whitelist"]) read.classes.emplace_back(row[0].get<std::size_t>() - 1, row[1]);
  std::set<std::string> excluded;
  for (const Json& row : golden["excluded"]) excluded.insert(name_of(row[0], row[1]));
  for (const Json& row : golden["ground_truth_rows_video_sec_x1_y1_x2_y2_label_person"]) {
    const std::string name = name_of(row[0], row[1]);
    const bool left_out = !golden["full_ground_truth"].get<bool>() && row[1].get<int>() % 4 != 0;
    if (excluded.contains(name) || left_out) continue;
    for (std::size_t i = 0; i < read.classes.size(); ++i) {
      if (row[6].get<std::size_t>() != read.classes[i].first + 1) continue;
      read.frames[name].truth.push_back({box_of(row, 2), {static_cast<std::int64_t>(i)}});
    }
  }
  for (std::size_t i = 0; i < golden["prediction_scores"].size(); ++i) {
    const Json& place = golden["prediction_video_sec_box"][i];
    const std::string video = golden["videos"][place[0].get<std::size_t>()];
    const std::string name = name_of(video, place[1].get<int>());
    if (excluded.contains(name)) continue;
    ScoredBox box{place[2].get<std::int64_t>(), box_of(golden["prediction_boxes_batchindex_x1_y1_x2_y2"][i], 1), {}};
    for (const auto& [score, label] : read.classes) box.scores.push_back(golden["prediction_scores"][i][score]);
    read.frames[name].found.push_back(std::move(box));
  }
  return read;
}

TEST(Detection, EqualsTheGoldenCases) {
  const Json golden = Json::parse(read_file(PGT_SOURCE_DIR "/tests/golden/metrics.json"))["detection"];
  ASSERT_EQ(golden.size(), 3u);
  for (const Json& one : golden) {
    Case read_case = read(one);
    merge_boxes(read_case.frames);
    const auto classes = static_cast<std::int64_t>(read_case.classes.size());
    const std::vector<double> precisions = frame_average_precision(read_case.frames, classes);
    for (std::size_t i = 0; i < precisions.size(); ++i) {
      EXPECT_NEAR(precisions[i], one["expect"]["ap_per_class"][read_case.classes[i].second].get<double>(), 1e-6)
          << one["id"] << " " << read_case.classes[i].second;
    }
    EXPECT_NEAR(frame_mean_average_precision(read_case.frames, classes), one["expect"]["map"].get<double>(), 1e-6)
        << one["id"];
  }
}

constexpr Box left{0, 0, 0.4f, 1}, right{0.6f, 0, 1, 1};

TEST(Detection, CountsATrueBoxOnce) {
  KeyFrames frames{{"a", {{{left, {0}}}, {{0, left, {0.9f}}, {1, {0.01f, 0, 0.4f, 1}, {0.8f}}}}}};
  EXPECT_DOUBLE_EQ(frame_average_precision(frames, 1)[0], 1);
  frames["a"].found[0].scores[0] = 0.1f;  // it is matched nevertheless, but comes last
  EXPECT_DOUBLE_EQ(frame_average_precision(frames, 1)[0], 0.5);
}

TEST(Detection, LeavesOutBoxesWithoutArea) {
  const KeyFrames frames{{"a", {{{left, {0}}}, {{0, {0.5f, 0, 0.4f, 1}, {0.9f}}, {1, left, {0.5f}}}}}};
  EXPECT_DOUBLE_EQ(frame_average_precision(frames, 1)[0], 1);
}

TEST(Detection, TellsClassesAndFramesApart) {
  const KeyFrames frames{{"a", {{{left, {0}}, {right, {1}}}, {{0, left, {1, 0.5f, 0}}, {1, right, {0, 0.9f, 0}}}}},
                         {"b", {{{left, {0}}}, {}}}};
  const std::vector<double> precisions = frame_average_precision(frames, 3);
  EXPECT_DOUBLE_EQ(precisions[0], 0.5);  // the box of "b" was not found
  EXPECT_DOUBLE_EQ(precisions[1], 1);
  EXPECT_TRUE(std::isnan(precisions[2]));
  EXPECT_DOUBLE_EQ(frame_mean_average_precision(frames, 3), 0.75);
  EXPECT_TRUE(std::isnan(frame_mean_average_precision({}, 3)));
}

TEST(Detection, MergesBoxesThatWereScoredTwice) {
  KeyFrames frames{{"a", {{}, {{3, right, {0.5f, 1}}, {1, left, {0.25f, 0}}, {3, right, {1, 0}}}}}};
  merge_boxes(frames);
  ASSERT_EQ(frames["a"].found.size(), 2u);
  EXPECT_EQ(frames["a"].found[0].number, 1);
  EXPECT_EQ(frames["a"].found[1].scores, (std::vector<float>{0.75f, 0.5f}));
}

}  // namespace
}  // namespace pgt::eval
