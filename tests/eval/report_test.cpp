#include "eval/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/run_options.hpp"
#include "eval/predictions.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using Row = std::vector<std::string>;

/// Reads RFC 4180.
std::vector<Row> parse_csv(const std::string& text) {
  std::vector<Row> rows;
  Row row{""};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      row.back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.push_back(std::move(row));
      row = {""};
    } else {
      row.back() += c;
    }
  }
  return rows;
}

std::vector<Row> read_csv(const fs::path& file) { return parse_csv(read_file(file)); }

class EvaluationFiles : public testing::Test {
 protected:
  ~EvaluationFiles() override { fs::remove_all(folder_.parent_path()); }

  fs::path folder_ = fs::path(testing::TempDir()) / ("report_test_" + std::to_string(getpid())) / "val_best";
};

void write(const fs::path& folder, const Evaluation& evaluation) {
  write_evaluation(folder, evaluation, summarise(evaluation));
}

Scored scored(std::size_t index, std::vector<double> probabilities, std::vector<std::int64_t> classes) {
  Scored video;
  video.index = index;
  video.probabilities = std::move(probabilities);
  video.classes = std::move(classes);
  video.loss = 0.5;
  video.clips = 6;
  return video;
}

/// Three classes, four videos, of which one is broken and its name needs quoting.
Evaluation single_label() {
  Evaluation evaluation;
  evaluation.protocol = {"val", 2, 3, sdk::Ensemble::max};
  evaluation.classes = {"jump", "run, fast", "say \"hi\""};
  for (const char* name : {"val/a.mp4", "val/b,c.mp4", "val/d.mp4", "val/e.mp4"}) {
    sdk::Sample video;
    video.id = std::to_string(evaluation.videos.size());
    video.path = name;
    evaluation.videos.push_back(video);
  }
  evaluation.videos[2].start = 1.5;
  evaluation.videos[2].end = 4.25;
  evaluation.scored = {scored(0, {0.5, 1.0, 0.5}, {1}), scored(2, {0.25, 0.125, 0.625}, {0}),
                       scored(3, {0.75, 0.125, 0.125}, {0})};
  evaluation.missing = {{"1", "val/b,c.mp4", "no video stream", "val"}};
  return evaluation;
}

TEST_F(EvaluationFiles, SayTheProtocolBeforeTheValues) {
  write(folder_, single_label());
  const auto json = nlohmann::ordered_json::parse(read_file(folder_ / "metrics.json"));
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("split", "videos", "used", "missing", "views", "crops", "ensemble", "loss",
                                "mean_class_accuracy", "top1", "top3", "top1_interval_95"));
  EXPECT_EQ(json["split"], "val");
  EXPECT_EQ(json["videos"], 4);
  EXPECT_EQ(json["used"], 3);
  EXPECT_EQ(json["missing"], 1);
  EXPECT_EQ(json["views"], 2);
  EXPECT_EQ(json["crops"], 3);
  EXPECT_EQ(json["ensemble"], "max");
  EXPECT_DOUBLE_EQ(json["top1"], 200.0 / 3.0);
  EXPECT_EQ(json["top3"], 100.0);
  const Interval expected = wilson_interval(2, 3);
  EXPECT_EQ(json["top1_interval_95"][0], expected.low);
  EXPECT_EQ(json["top1_interval_95"][1], expected.high);
}

TEST_F(EvaluationFiles, HoldOnePredictionAVideoAlsoOfThoseThatCannotBeRead) {
  write(folder_, single_label());
  EXPECT_THAT(read_csv(folder_ / "predictions.csv"),
              ElementsAre(Row{"path", "start", "end", "target", "pred", "prob", "correct", "top2", "prob2", "top3",
                              "prob3", "views", "error", "id"},
                          Row{"val/a.mp4", "0", "", "run, fast", "run, fast", "0.5", "1", "jump", "0.25", "say \"hi\"",
                              "0.25", "6", "", "0"},
                          Row{"val/b,c.mp4", "0", "", "", "", "", "", "", "", "", "", "0", "no video stream", "1"},
                          Row{"val/d.mp4", "1.5", "4.25", "jump", "say \"hi\"", "0.625", "0", "jump", "0.25",
                              "run, fast", "0.125", "6", "", "2"},
                          Row{"val/e.mp4", "0", "", "jump", "jump", "0.75", "1", "run, fast", "0.125", "say \"hi\"",
                              "0.125", "6", "", "3"}));
}

TEST_F(EvaluationFiles, CountEachClassAndEachConfusion) {
  write(folder_, single_label());
  EXPECT_THAT(read_csv(folder_ / "per_class.csv"),
              ElementsAre(Row{"class", "videos", "correct", "accuracy"}, Row{"jump", "2", "1", "50"},
                          Row{"run, fast", "1", "1", "100"}, Row{"say \"hi\"", "0", "0", ""}));
  EXPECT_THAT(read_csv(folder_ / "confusion.csv"),
              ElementsAre(Row{"target", "jump", "run, fast", "say \"hi\""}, Row{"jump", "1", "0", "1"},
                          Row{"run, fast", "0", "1", "0"}, Row{"say \"hi\"", "0", "0", "0"}));
}

TEST_F(EvaluationFiles, ListMissingVideosOnlyWhileThereAreAny) {
  Evaluation evaluation = single_label();
  write(folder_, evaluation);
  EXPECT_THAT(read_csv(folder_ / "missing.csv"),
              ElementsAre(Row{"id", "path", "reason"}, Row{"1", "val/b,c.mp4", "no video stream"}));
  evaluation.missing.clear();
  write(folder_, evaluation);
  EXPECT_FALSE(fs::exists(folder_ / "missing.csv"));
  EXPECT_EQ(read_csv(folder_ / "predictions.csv")[2][12], "not scored: stopped early");
}

TEST_F(EvaluationFiles, OfSeveralLabelsHoldPrecisionsAndNoConfusion) {
  Evaluation evaluation = single_label();
  evaluation.task = sdk::Task::multi_label;
  evaluation.scored = {scored(0, {0.9, 0.8, 0.1}, {0, 1}), scored(2, {0.7, 0.2, 0.1}, {}),
                       scored(3, {0.1, 0.2, 0.6}, {0})};
  write(folder_, evaluation);
  const auto json = nlohmann::json::parse(read_file(folder_ / "metrics.json"));
  EXPECT_NEAR(json["mAP"].get<double>(), ((1.0 + 2.0 / 3.0) / 2 + 1.0) / 2, 1e-12);
  EXPECT_FALSE(json.contains("top1_interval_95"));
  const std::vector<Row> classes = read_csv(folder_ / "per_class.csv");
  EXPECT_EQ(classes[0], (Row{"class", "videos", "average_precision"}));
  EXPECT_EQ(classes[2], (Row{"run, fast", "1", "1"}));
  EXPECT_EQ(classes[3], (Row{"say \"hi\"", "0", ""}));
  const std::vector<Row> predictions = read_csv(folder_ / "predictions.csv");
  EXPECT_EQ(predictions[1][3], "jump;run, fast");
  EXPECT_EQ(predictions[1][5], "0.9") << "not made to sum to 1";
  EXPECT_EQ(predictions[3][6], "") << "no labels: neither right nor wrong";
  EXPECT_FALSE(fs::exists(folder_ / "confusion.csv"));
  EXPECT_FALSE(fs::exists(folder_ / "confusion.svg"));
}

/// Two key frames, one of a video whose name begins with a dash; the second class is not in the truth.
Evaluation of_boxes() {
  Evaluation evaluation;
  evaluation.protocol = {"val", 1, config::EvalOptions::whole_picture, sdk::Ensemble::last};
  evaluation.task = sdk::Task::boxes;
  evaluation.classes = {"stand", "sit", "run, fast"};
  evaluation.videos.resize(3);
  evaluation.scored = {scored(0, {}, {}), scored(2, {}, {})};
  evaluation.missing = {{"-a,0903", "-a.mp4", "no video stream", "val"}};
  const sdk::Box left{0.077F, 0, 0.4F, 1}, right{0.6F, 0, 1, 1};
  evaluation.key_frames["-a,0902"] = {{{left, {0, 2}}, {right, {0}}},
                                      {{0, left, {0.9F, 0, 0.25F}}, {1, right, {0.1F, 1, 0}}}};
  evaluation.key_frames["b,0902"] = {{}, {{0, right, {0.5F, 0, 0}}}};
  return evaluation;
}

TEST_F(EvaluationFiles, OfBoxesAreRowsOfTheOfficialEvaluator) {
  write(folder_, of_boxes());
  EXPECT_EQ(read_file(folder_ / "detections.csv"),
            "-a,0902,0.077,0,0.4,1,1,0.9\n-a,0902,0.077,0,0.4,1,2,0\n-a,0902,0.077,0,0.4,1,3,0.25\n"
            "-a,0902,0.6,0,1,1,1,0.1\n-a,0902,0.6,0,1,1,2,1\n-a,0902,0.6,0,1,1,3,0\n"
            "b,0902,0.6,0,1,1,1,0.5\nb,0902,0.6,0,1,1,2,0\nb,0902,0.6,0,1,1,3,0\n");
  EXPECT_EQ(read_file(folder_ / "groundtruth.csv"),
            "-a,0902,0.077,0,0.4,1,1,1\n-a,0902,0.077,0,0.4,1,3,1\n-a,0902,0.6,0,1,1,1,1\n");
  EXPECT_THAT(read_csv(folder_ / "per_class.csv"),
              ElementsAre(Row{"class", "boxes", "average_precision"}, Row{"stand", "2", "0.8333333333333333"},
                          Row{"sit", "0", ""}, Row{"run, fast", "1", "1"}));
  const auto json = nlohmann::json::parse(read_file(folder_ / "metrics.json"));
  EXPECT_NEAR(json["mAP"].get<double>(), (5.0 / 6 + 1) / 2, 1e-12);
  EXPECT_EQ(json["used"], 2);
  EXPECT_EQ(json["missing"], 1);
  EXPECT_EQ(json["boxes"], 3);
  EXPECT_EQ(json["crops"], "whole");
  EXPECT_EQ(json["ensemble"], "last");
  EXPECT_FALSE(fs::exists(folder_ / "predictions.csv"));
}

TEST(Summary, NamesVideosWhoseScoresAreNotFinite) {
  Evaluation evaluation = single_label();
  evaluation.scored[1].probabilities[0] = std::nan("");
  for (const sdk::Task task : {sdk::Task::single_label, sdk::Task::multi_label}) {
    evaluation.task = task;
    try {
      summarise(evaluation);
      FAIL() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::diverged);
      EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("\n  val/d.mp4\n"), testing::Not(HasSubstr("val/a.mp4"))));
    }
  }
}

TEST(Summary, RefusesScoresOfBoxesThatAreNoNumbers) {
  Evaluation evaluation = of_boxes();
  evaluation.key_frames["b,0902"].found[0].scores[1] = std::nanf("");
  try {
    summarise(evaluation);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::diverged);
    EXPECT_THAT(error.what(), HasSubstr("b,0902"));
  }
}

TEST(PredictionsCsv, SaysOfWhichVideosTheScoresAreNotFinite) {
  Evaluation evaluation = single_label();
  evaluation.scored[1].probabilities[0] = std::nan("");
  const std::size_t scored = evaluation.scored.size(), missing = evaluation.missing.size();
  EXPECT_THAT(set_aside_not_finite(evaluation), ElementsAre("val/d.mp4"));
  EXPECT_EQ(evaluation.scored.size(), scored - 1);
  EXPECT_EQ(evaluation.missing.size(), missing + 1);
  std::map<std::string, std::string> errors;
  for (const Row& row : parse_csv(predictions_csv(evaluation))) errors[row[0]] = row[12];
  EXPECT_EQ(errors["val/d.mp4"], "its scores are not finite");
  EXPECT_EQ(errors["val/a.mp4"], "");
}

TEST(PredictionsCsv, KeepsMomentsWithTheirVideos) {
  Evaluation evaluation = single_label();
  evaluation.scores_moments = true;
  for (std::size_t i = 0; i < evaluation.scored.size(); ++i) {
    MomentTrack& track = evaluation.tracks.emplace_back();
    track.probabilities = {static_cast<float>(i)};
  }
  evaluation.tracks[0].probabilities[0] = INFINITY;
  const std::size_t second = evaluation.scored[1].index;
  set_aside_not_finite(evaluation);
  EXPECT_EQ(evaluation.scored[0].index, second);
  EXPECT_EQ(evaluation.tracks[0].probabilities[0], 1);
  EXPECT_EQ(evaluation.tracks.size(), evaluation.scored.size());
}

TEST(PredictionsCsv, NeedsNoTruth) {
  Evaluation evaluation = single_label();
  evaluation.classes = {"only", "two"};
  evaluation.scored = {scored(0, {0.25, 0.75}, {})};
  EXPECT_EQ(parse_csv(predictions_csv(evaluation))[1],
            (Row{"val/a.mp4", "0", "", "", "two", "0.75", "", "only", "0.25", "", "", "6", "", "0"}));
}

TEST_F(EvaluationFiles, AreWrittenAlsoWhenNoVideoCouldBeScored) {
  Evaluation evaluation = single_label();
  evaluation.scored.clear();
  write(folder_, evaluation);
  const auto json = nlohmann::json::parse(read_file(folder_ / "metrics.json"));
  EXPECT_TRUE(json["top1"].is_null());
  EXPECT_EQ(json["used"], 0);
  EXPECT_EQ(read_csv(folder_ / "predictions.csv").size(), 5U);
}

TEST_F(EvaluationFiles, NameTheFolderThatCannotBeMade) {
  fs::create_directories(folder_.parent_path());
  std::ofstream(folder_) << "a file";
  try {
    write(folder_, single_label());
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), HasSubstr("val_best"));
  }
}

TEST(WilsonInterval, EndsWhereTheShareFoundIs196StandardErrorsAway) {
  for (const std::int64_t hits : {1, 8, 9}) {
    const double found = static_cast<double>(hits) / 10;
    const Interval interval = wilson_interval(hits, 10);
    for (const double end : {interval.low / 100, interval.high / 100}) {
      EXPECT_NEAR(std::abs(found - end), 1.959964 * std::sqrt(end * (1 - end) / 10), 1e-6) << hits;
    }
    EXPECT_LT(interval.low / 100, found);
    EXPECT_GT(interval.high / 100, found);
  }
  EXPECT_NEAR(wilson_interval(8, 10).low, 49.02, 0.01);
  EXPECT_NEAR(wilson_interval(8, 10).high, 94.33, 0.01);
}

TEST(WilsonInterval, StaysBetween0And100) {
  EXPECT_EQ(wilson_interval(0, 20).low, 0);
  EXPECT_GT(wilson_interval(0, 20).high, 10);
  EXPECT_EQ(wilson_interval(20, 20).high, 100);
  EXPECT_LT(wilson_interval(20, 20).low, 90);
}

}  // namespace
}  // namespace pgt::eval
