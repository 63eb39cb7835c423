#include "eval/predictions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace pgt::eval {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Two videos that were scored, of which one has an odd name, and one that was not.
Evaluation predicted() {
  Evaluation evaluation;
  evaluation.classes = {"jump", "run", "stand\x1b[31m still"};
  for (const char* name : {"clips/a.mp4", "clips/b.mp4", "clips/one\n[00:00:00] finished.mp4"}) {
    sdk::Sample& video = evaluation.videos.emplace_back();
    video.id = video.path = name;
    video.start = 28.5;
    video.end = 32.5;
  }
  Scored first, third;
  first.probabilities = {0.0625, 0.75, 0.1875};
  third.index = 2;
  third.probabilities = {1, 0, 0};
  first.clips = third.clips = 2;
  evaluation.scored = {first, third};
  evaluation.missing = {{"clips/b.mp4", "clips/b.mp4", "no video stream", "predict"}};
  return evaluation;
}

TEST(PredictionsJson, HasAnObjectForEachVideo) {
  const Evaluation nobody;
  const auto rows = nlohmann::json::parse(predictions_json(predicted()));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0], nlohmann::json::parse(R"({"path": "clips/a.mp4", "start": 28.5, "end": 32.5, "views": 2,
      "predictions": [{"class": "run", "prob": 0.75}, {"class": "stand\u001b[31m still", "prob": 0.1875},
                      {"class": "jump", "prob": 0.0625}]})"));
  EXPECT_EQ(rows[1], nlohmann::json::parse(R"({"path": "clips/b.mp4", "error": "no video stream"})"));
  EXPECT_EQ(nlohmann::json::parse(predictions_json(nobody)), nlohmann::json::array());
}

TEST(PredictionsTable, IsAlignedAndShowsNamesAsTheyAre) {
  EXPECT_EQ(predictions_table(predicted(), 200),
            "video                               class           next                              seconds\n"
            "clips/a.mp4                         run     75.0 %  stand\\x1b[31m still  18.8 %  28.5 to 32.5\n"
            "clips/one\\n[00:00:00] finished.mp4  jump   100.0 %  run                   0.0 %  28.5 to 32.5\n");
}

TEST(PredictionsTable, FitsTheTerminal) {
  for (const int columns : {80, 64}) {
    const std::string table = predictions_table(predicted(), columns);
    EXPECT_THAT(table, HasSubstr("inished.mp4  ")) << "of a path the end says more";
    for (std::size_t begin = 0; begin < table.size();) {
      const std::size_t end = table.find('\n', begin);
      EXPECT_LE(columns_of(table.substr(begin, end - begin)), columns) << table;
      begin = end + 1;
    }
  }
}

TEST(PredictionsTable, LeavesOutWhatWasNotScored) {
  Evaluation evaluation = predicted();
  EXPECT_THAT(predictions_table(evaluation, 80), Not(HasSubstr("b.mp4")));
  evaluation.scored.clear();
  EXPECT_EQ(predictions_table(evaluation, 80), "");
}

TEST(PredictionsTable, OfOneClassHasNoNext) {
  Evaluation evaluation = predicted();
  evaluation.classes = {"only"};
  for (Scored& video : evaluation.scored) video.probabilities = {0.5};
  EXPECT_THAT(predictions_table(evaluation, 200), StartsWith("video "));
}

}  // namespace
}  // namespace pgt::eval
