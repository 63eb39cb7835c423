// Files that are not videos, or not complete ones, are named, counted and left out.

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

#include "journey.hpp"
#include "run/csv.hpp"
#include "video/make_video.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class BadFiles : public Journey {
 protected:
  /// Puts one file of each kind into the first class folder of the split.
  void spoil(const std::string& split) {
    const fs::path folder = class_folder(split);
    const std::string video = text_of(fs::directory_iterator(folder)->path());
    write(folder / "cut.mp4", video.substr(0, video.size() / 2));
    write(folder / "text.mp4", "not a video\n");
    write(folder / "empty.mp4", "");
    video::make_sound(folder / "sound.wav");
    fs::rename(folder / "sound.wav", folder / "sound.mp4");
  }

  /// The same, and makes text of all that were good.
  void spoil_all(const std::string& split) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos" / split)) {
      if (entry.path().filename().string().starts_with("video-")) write(entry.path(), "not a video either");
    }
    spoil(split);
  }

  /// The same one in both splits.
  fs::path class_folder(const std::string& split) const {
    return folder_ / "videos" / split / "red-circle_then_blue-square";
  }

  /// The last line of metrics.jsonl about this event.
  static nlohmann::json last_of(const fs::path& run, const std::string& event) {
    nlohmann::json last;
    for (const std::string& line : lines_of(text_of(run / "metrics.jsonl"))) {
      if (nlohmann::json parsed = nlohmann::json::parse(line); parsed["event"] == event) last = std::move(parsed);
    }
    return last;
  }

  using Reasons = std::map<std::string, std::string>;

  /// File name → the column of that name, for the rows whose `phase` is this one; "": for all.
  static Reasons column(const fs::path& csv, const std::string& name, const std::string& phase = "") {
    const run::CsvTable table = run::parse_csv(text_of(csv));
    Reasons values;
    for (const auto& row : table.rows) {
      if (!phase.empty() && row[table.column("phase")] != phase) continue;
      values.emplace(fs::path(row[table.column("path")]).filename(), row[table.column(name)]);
    }
    return values;
  }
};

const auto each_with_its_reason =
    UnorderedElementsAre(Pair("cut.mp4", HasSubstr("is incomplete")), Pair("text.mp4", HasSubstr("is not a video")),
                         Pair("empty.mp4", "is empty"), Pair("sound.mp4", HasSubstr("no video stream")));

TEST_F(BadFiles, AreNamedAndCountedAndTrainingGoesOn) {
  spoil("train");
  spoil("val");
  const HostRun trained = train("runs");
  ASSERT_EQ(trained.code, 0) << trained.err;
  const fs::path run = run_in("runs");

  const std::string log = text_of(run / "train.log");
  for (const std::string split : {"train", "val"}) {
    const Reasons reasons = column(run / "bad_files.csv", "reason", split);
    EXPECT_THAT(reasons, each_with_its_reason);
    for (const auto& [name, reason] : reasons) {
      EXPECT_THAT(log,
                  HasSubstr("cannot read " + (class_folder(split) / name).string() + " (" + split + "): " + reason));
    }
  }
  EXPECT_EQ(run::parse_csv(text_of(run / "bad_files.csv")).rows.size(), 8U) << "once, not in each epoch";
  EXPECT_THAT(log, HasSubstr("4 of the 10 videos of val could not be scored"));

  const nlohmann::json epoch = last_of(run, "train_epoch");
  EXPECT_EQ(epoch["videos"], 18);
  EXPECT_EQ(epoch["bad_videos"], 4);
  const nlohmann::json evaluation = last_of(run, "val_epoch");
  EXPECT_EQ(evaluation["used"], 6);
  EXPECT_EQ(evaluation["videos"], 10);
}

TEST_F(BadFiles, HaveNoPredictionInAnEvaluation) {
  const HostRun trained = train("runs");
  ASSERT_EQ(trained.code, 0) << trained.err;
  spoil("val");
  const HostRun eval =
      plugin::run_host({"eval", run_in("runs").string(), "--checkpoint", "last", "-o", (folder_ / "scores").string()});
  EXPECT_EQ(eval.code, 0) << eval.err;
  EXPECT_THAT(eval.out, AllOf(HasSubstr("n = 6/10"), HasSubstr("text.mp4: is not a video")));
  EXPECT_THAT(column(folder_ / "scores" / "missing.csv", "reason"), each_with_its_reason);

  Reasons predicted = column(folder_ / "scores" / "predictions.csv", "pred");
  const Reasons errors = column(folder_ / "scores" / "predictions.csv", "error");
  EXPECT_EQ(predicted.size(), 10U);
  for (const std::string name : {"cut.mp4", "text.mp4", "empty.mp4", "sound.mp4"}) {
    EXPECT_EQ(predicted[name], "");
    EXPECT_NE(errors.at(name), "");
  }
  const auto metrics = nlohmann::json::parse(text_of(folder_ / "scores" / "metrics.json"));
  EXPECT_EQ(metrics["used"], 6);
  EXPECT_EQ(metrics["missing"], 4);

  // The others score as they did without the bad ones beside them.
  const Reasons before = column(run_in("runs") / "eval" / "val_last" / "predictions.csv", "prob");
  const Reasons after = column(folder_ / "scores" / "predictions.csv", "prob");
  ASSERT_EQ(before.size(), 6U);
  for (const auto& [name, probability] : before) {  // a GPU adds in another order where a batch has other rows
    EXPECT_NEAR(std::stod(after.at(name)), std::stod(probability), device() == "cpu" ? 0 : 1e-6) << name;
  }
}

TEST_F(BadFiles, AloneEndTheTraining) {
  spoil_all("train");
  const HostRun strict = train("strict");
  EXPECT_EQ(strict.code, 4);
  EXPECT_THAT(strict.err, AllOf(HasSubstr(" of the 22 training videos cannot be read"), HasSubstr(".mp4: ")));
  EXPECT_EQ(status_of(run_in("strict"), "status"), "failed");
  EXPECT_EQ(status_of(run_in("strict"), "exit_code"), "4");

  const HostRun lenient = train("lenient", {"data.max_bad_fraction=1"});
  EXPECT_EQ(lenient.code, 4) << "there is nothing to train on";
  EXPECT_THAT(lenient.err, HasSubstr("none of the training videos can be read"));
  EXPECT_EQ(column(run_in("lenient") / "bad_files.csv", "reason").size(), 22U);
}

TEST_F(BadFiles, AloneToValidateEndTheTrainingToo) {
  spoil_all("val");
  const HostRun run = train("runs");
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("none of the validation videos can be read"));
  EXPECT_EQ(column(run_in("runs") / "bad_files.csv", "reason").size(), 10U);
}

TEST_F(BadFiles, AFolderThatIsNotThereIsAMistakeInTheData) {
  const HostRun run = train("runs", {"dataset.root=" + (folder_ / "none").string()});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr((folder_ / "none").string() + ": no such folder"));
}

}  // namespace
}  // namespace pgt::journey
