// What a run learns from, when it ends, and which checkpoints stay.

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Learning : public Journey {
 protected:
  /// Nothing is learned, so that no evaluation is better than the first.
  const std::vector<std::string> stuck_{"train.learning_rate=0", "train.epochs=9", "train.patience=2"};

  static std::vector<std::string> checkpoints_of(const fs::path& run) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(run / "checkpoints")) {
      if (entry.path().extension() == ".safetensors") names.push_back(entry.path().stem());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

TEST_F(Learning, EndsEarlyWhereNothingGetsBetter) {
  const HostRun run = train("runs", stuck_);
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string why = "stopped early, after epoch 3: the last 2 evaluations had no better score";
  EXPECT_THAT(run.err, HasSubstr(why));
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), HasSubstr(why));
  EXPECT_EQ(status_of(run_in("runs"), "status"), "finished");
  EXPECT_EQ(status_of(run_in("runs"), "epoch"), "3");
  EXPECT_THAT(status_of(run_in("runs"), "message"), HasSubstr(why));
  EXPECT_THAT(text_of(run_in("runs") / "NEXT_STEPS.txt"), HasSubstr("--set train.patience=4\n"));

  const std::string checkpoint = text_of(run_in("runs") / "checkpoints" / "last.safetensors");
  const HostRun again = plugin::run_host({"resume", run_in("runs").string()});
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, AllOf(HasSubstr(why), HasSubstr("--set train.patience=4")));
  EXPECT_TRUE(text_of(run_in("runs") / "checkpoints" / "last.safetensors") == checkpoint);

  const HostRun longer = plugin::run_host({"resume", run_in("runs").string(), "--set", "train.patience=4"});
  EXPECT_EQ(longer.code, 0) << longer.err;
  EXPECT_EQ(status_of(run_in("runs"), "epoch"), "5");
}

/// As if it had been killed between its last checkpoint and the end.
TEST_F(Learning, NotesThatItEndedEarlyWhereItCouldNot) {
  ASSERT_EQ(train("runs", stuck_).code, 0);
  const fs::path status = run_in("runs") / "STATUS.json";
  nlohmann::json running = nlohmann::json::parse(text_of(status));
  running["status"] = "running";
  write(status, running.dump());
  EXPECT_EQ(plugin::run_host({"resume", run_in("runs").string()}).code, 0);
  EXPECT_EQ(status_of(run_in("runs"), "status"), "finished");
  EXPECT_THAT(status_of(run_in("runs"), "message"), HasSubstr("stopped early, after epoch 3"));
  EXPECT_EQ(status_of(run_in("runs"), "epoch"), "3");
}

TEST_F(Learning, CountsEvaluationsAcrossStops) {
  std::vector<std::string> first = stuck_;
  first[1] = "train.epochs=2";
  ASSERT_EQ(train("parts", first).code, 0);
  EXPECT_EQ(status_of(run_in("parts"), "message"), "");
  const HostRun rest = plugin::run_host({"resume", run_in("parts").string(), "--set", "train.epochs=9"});
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(status_of(run_in("parts"), "epoch"), "3");
}

TEST_F(Learning, KeepsTheCheckpointOfEverySoManyEpochs) {
  ASSERT_EQ(train("runs", {"train.epochs=5", "run.keep_every=2"}).code, 0);
  const fs::path run = run_in("runs");
  EXPECT_THAT(checkpoints_of(run), ElementsAre("best", "epoch-0002", "epoch-0004", "last"));
  const auto position = nlohmann::json::parse(text_of(run / "checkpoints" / "epoch-0002.json"));
  EXPECT_EQ(position.at("epoch"), 2);
  const HostRun check = plugin::run_host({"check", run.string()});
  EXPECT_EQ(check.code, 0);
  EXPECT_THAT(check.out, HasSubstr("epoch-0004.safetensors"));

  const std::string file = (run / "checkpoints" / "epoch-0002.safetensors").string();
  const HostRun by_name = plugin::run_host({"eval", run.string(), "--checkpoint", "epoch-0002"});
  EXPECT_EQ(by_name.code, 0) << by_name.err;
  const HostRun by_path = plugin::run_host({"eval", run.string(), "--checkpoint", file});
  EXPECT_EQ(by_path.out, by_name.out);
  const std::string video = (folder_ / "videos" / "val").string();
  EXPECT_EQ(plugin::run_host({"predict", run.string(), video, "--checkpoint", file}).code, 0);
  const HostRun missing = plugin::run_host({"eval", run.string(), "--checkpoint", "epoch-0003"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("the run has best, epoch-0002, epoch-0004, last"));

  // It holds the same whatever else is kept.
  ASSERT_EQ(train("short", {"train.epochs=5", "run.keep_every=1"}).code, 0);
  EXPECT_TRUE(text_of(run_in("short") / "checkpoints" / "epoch-0004.safetensors") ==
              text_of(run / "checkpoints" / "epoch-0004.safetensors"));
}

/// Most of the videos of one class are taken away.
TEST_F(Learning, BalancedTakesEachClassAsOften) {
  const fs::path train_videos = folder_ / "videos" / "train";
  std::vector<fs::path> classes;
  for (const fs::directory_entry& entry : fs::directory_iterator(train_videos)) classes.push_back(entry.path());
  std::sort(classes.begin(), classes.end());
  int rare = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(classes.front())) {
    if (++rare > 1) fs::remove(entry.path());
  }
  ASSERT_GT(rare, 1);
  ASSERT_EQ(train("plain").code, 0);
  const HostRun balanced = train("balanced", {"data.balance=classes"});
  ASSERT_EQ(balanced.code, 0) << balanced.err;
  const auto metrics = [&](const std::string& root) { return text_of(run_in(root) / "metrics.jsonl"); };
  EXPECT_NE(metrics("plain"), metrics("balanced"));
  EXPECT_EQ(lines_of(metrics("plain")).size(), lines_of(metrics("balanced")).size()) << "an epoch is as long";
}

TEST_F(Learning, NamesAClassThatIsNotThere) {
  const std::string first = fs::directory_iterator(folder_ / "videos" / "train")->path().filename().string();
  const HostRun run = train("runs", {"train.class_weights={\"" + first + "x\" = 2}"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("--set:"), HasSubstr("\"class_weights\" has \"" + first + "x\", which is not a class"),
                    HasSubstr("did you mean"), HasSubstr(first)));
  EXPECT_FALSE(fs::exists(run_in("runs")));
}

TEST_F(Learning, WithWeightsAndSmoothingChangesWhatIsLearned) {
  ASSERT_EQ(train("plain").code, 0);
  const std::string first = fs::directory_iterator(folder_ / "videos" / "train")->path().filename().string();
  ASSERT_EQ(train("same", {"train.class_weights=balanced"}).code, 0);
  for (const std::string setting : {"train.label_smoothing=0.1", "train.loss=binary_cross_entropy"}) {
    const HostRun run = train(setting, {setting, "train.class_weights={\"" + first + "\" = 3}"});
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_NE(text_of(run_in(setting) / "metrics.jsonl"), text_of(run_in("plain") / "metrics.jsonl"));
  }
  EXPECT_EQ(text_of(run_in("same") / "metrics.jsonl"), text_of(run_in("plain") / "metrics.jsonl"))
      << "all classes have as many videos";
}

}  // namespace
}  // namespace pgt::journey
