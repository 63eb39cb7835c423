// A run that is stopped, at whatever instant and however often, ends in the same bytes as one that is not.

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "augmented.hpp"
#include "background_host.hpp"
#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int killed = -SIGKILL;

class KillResume : public Journey {
 protected:
  /// Trains with these settings, once in peace and then as often as it takes to kill it as often as wanted. Where
  /// checkpoints are made between clips alone (`rests` is false), none of the kills leaves one within a clip.
  void expect_no_trace_of_kills(std::vector<std::string> settings = {}, bool rests = true) {
    const HostRun whole = train("whole", settings);
    ASSERT_EQ(whole.code, 0) << whole.err;
    settings.emplace_back("run.checkpoint_seconds=0");  // a checkpoint after each step
    for (int trial = 1; kills_ < kills_wanted; ++trial) {
      const std::string root = "killed-" + std::to_string(trial);
      ASSERT_EQ(train_with_kills(root, settings), 0) << text_of(output_);
      expect_same_end(run_in(root), run_in("whole"));
      EXPECT_EQ(status_of(run_in(root), "status"), "finished");
    }
    EXPECT_EQ(kills_in_clips_ > 0, rests);
  }

  void use_multigrid() const {
    std::string run_file = text_of(folder_ / "run.toml");
    const std::size_t begin = run_file.find("[schedule]"), end = run_file.find("[data]");
    run_file.replace(begin, end - begin,
                     "[schedule]\nuse = \"multigrid\"\nframes = 8\nlong_frames = [0.5, 1.0]\n"
                     "long_sizes = [1.0, 1.0]\nshort_sizes = [0.5]\n");
    write("run.toml", run_file);
  }

  void add_longer_videos() const {
    make_videos("longer", 12, 52, 2);
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "longer")) {
      if (entry.path().extension() != ".mp4") continue;
      const fs::path within = entry.path().lexically_relative(folder_ / "longer");
      fs::rename(entry.path(), (folder_ / "videos" / within).replace_extension(".longer.mp4"));
    }
  }

  /// The exit code of the start that nobody killed.
  int train_with_kills(const std::string& root, const std::vector<std::string>& settings) {
    for (;;) {
      BackgroundHost host(has_begun(run_in(root)) ? resuming(root) : training(root, settings), output_);
      if (kills_ < kills_wanted) {
        wait_for_random_instant(host, run_in(root));
        host.send(SIGKILL);
      }
      const int end = host.end();
      if (end != killed) return end;
      ++kills_;
      if (position_in_clip(run_in(root)) > 0) ++kills_in_clips_;
      if (!has_begun(run_in(root))) fs::remove_all(folder_ / root);
    }
  }

  std::vector<std::string> resuming(const std::string& root) const {
    return {PGT_HOST, "resume", run_in(root).string()};
  }

  /// Killed before it described itself, a run cannot be resumed.
  static bool has_begun(const fs::path& run) {
    return fs::exists(run / "run.toml") && fs::exists(run / "config.resolved.toml");
  }

  /// The step of the last checkpoint; 0: it is between two clips, or there is none.
  static int position_in_clip(const fs::path& run) {
    const fs::path file = run / "checkpoints" / "last.json";
    return fs::exists(file) ? nlohmann::json::parse(text_of(file)).at("clip").at("step").get<int>() : 0;
  }

  /// A few checkpoints and an instant further, so that kills spread over the whole run on any machine. One in four
  /// falls into the time before, when the program starts.
  void wait_for_random_instant(BackgroundHost& host, const fs::path& run) {
    const bool at_start = random_() % 4 == 0;
    const fs::path checkpoint = run / "checkpoints" / "last.json";
    for (auto left = at_start ? 0 : 1 + random_() % 15; left > 0; --left) wait_for_change(host, checkpoint);
    std::this_thread::sleep_for(std::chrono::microseconds(random_() % (at_start ? 400'000 : 10'000)));
  }

  /// Returns also when the host has ended.
  static void wait_for_change(BackgroundHost& host, const fs::path& file) {
    const std::string before = text_of(file);
    while (host.running() && text_of(file) == before) std::this_thread::sleep_for(std::chrono::microseconds(200));
  }

  const fs::path output_ = folder_ / "output.txt";
  std::mt19937 random_{1};
  int kills_wanted = 10;
  int kills_ = 0;
  int kills_in_clips_ = 0;
};

TEST_F(KillResume, KilledAtRandomInstants) { expect_no_trace_of_kills(); }

TEST_F(KillResume, KilledWithinWholeVideosOfManyLengths) {
  add_longer_videos();
  const fs::path bad = fs::directory_iterator(folder_ / "videos" / "train")->path() / "bad.mp4";
  write(bad, "not a video");

  expect_no_trace_of_kills({"schedule.steps=all"});
  EXPECT_THAT(lines_of(text_of(run_in("killed-1") / "bad_files.csv")), SizeIs(2)) << "a header and the bad file once";
}

/// The clips of a batch end one after the other, and with them what is mixed in.
TEST_F(KillResume, KilledWithinAugmentedAndMixedVideos) {
  add_longer_videos();
  std::vector<std::string> settings = augmented;
  settings.insert(settings.end(), {"schedule.steps=all", "train.epochs=1"});
  expect_no_trace_of_kills(settings);
}

/// Batches of another size, and pictures too, from iteration to iteration and from epoch to epoch.
TEST_F(KillResume, KilledWithBatchesOfChangingSize) {
  use_multigrid();
  expect_no_trace_of_kills({"train.epochs=3", "train.batch_size=2"}, false);
}

/// Gradients that are under way: a clip begins again.
TEST_F(KillResume, KilledWithinAGradientWindow) {
  std::string run_file = text_of(folder_ / "run.toml");
  run_file.replace(run_file.find("\"pgt\""), 5, "\"tbptt\"\ngradient_steps = 2\nwindow = \"sliding\"");
  write("run.toml", run_file);
  expect_no_trace_of_kills({}, false);
}

/// The loss's scale overflows in the first updates. Three batches make an update, so most kills fall between them.
TEST_F(KillResume, KilledBetweenBatchesOfWhichOneUpdateIsMade) {
  expect_no_trace_of_kills({"train.accumulate=3", "train.batch_size=2", "train.average=0.9", "train.precision=fp16"});
  const std::string metrics = text_of(run_in("whole") / "metrics.jsonl");
  EXPECT_THAT(metrics, HasSubstr("\"loss_scale\":"));
  const std::string weights = text_of(run_in("whole") / "checkpoints" / "last.safetensors");
  EXPECT_NE(weights.find("\"average/"), std::string::npos);
}

/// Everything at once that a checkpoint has to hold: moments of AdamW, an average, gradients of half an update, a
/// loss's scale that overflows in the first updates, and batches whose size changes.
class KillResumeOfAll : public KillResume {
 protected:
  void expect_no_trace(int kills) {
    use_multigrid();
    kills_wanted = kills;
    expect_no_trace_of_kills({"train.epochs=3", "train.batch_size=2", "train.optimizer=adamw", "train.average=0.9",
                              "train.accumulate=3", "train.precision=fp16"},
                             false);
    EXPECT_THAT(text_of(run_in("whole") / "metrics.jsonl"), HasSubstr("\"loss_scale\":"));
    const std::string weights = text_of(run_in("whole") / "checkpoints" / "last.safetensors");
    EXPECT_NE(weights.find("\"average/"), std::string::npos);
  }
};

TEST_F(KillResumeOfAll, KilledAFewTimes) { expect_no_trace(3); }
TEST_F(KillResumeOfAll, SlowKilledTwentyTimes) { expect_no_trace(20); }

/// Videos come again within an epoch, rows of several weights end, checkpoints stay.
TEST_F(KillResume, KilledWithinABalancedAndWeightedEpoch) {
  add_longer_videos();
  const fs::path rare = fs::directory_iterator(folder_ / "videos" / "train")->path();
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(rare)) files.push_back(entry.path());
  for (std::size_t i = 1; i < files.size(); ++i) fs::remove(files[i]);
  expect_no_trace_of_kills({"data.balance=classes", "train.class_weights={\"" + rare.filename().string() + "\"=3}",
                            "train.label_smoothing=0.1", "augment.mixup=0.8", "schedule.steps=all", "train.patience=2",
                            "run.keep_every=1"});
}

/// Asked to end by a signal, a run says how to resume it.
class Interrupted : public KillResume, public ::testing::WithParamInterface<int> {
 protected:
  /// Sends the signal after the first checkpoint. False if the run was over before it came.
  bool interrupt(const std::string& root) {
    BackgroundHost host(training(root, settings_), output_);
    wait_for_change(host, run_of(root) / "checkpoints" / "last.json");
    host.send(GetParam());
    const int end = host.end();
    if (end == 0) return false;
    EXPECT_EQ(end, 130) << text_of(output_);
    return true;
  }

  fs::path run_of(const std::string& root) const { return folder_ / root / "it's me-001"; }

  std::vector<std::string> settings_{"train.epochs=4", "run.name=it's me"};
};

TEST_P(Interrupted, PrintsTheCommandThatGoesOn) {
  const HostRun whole = train("whole", settings_);
  ASSERT_EQ(whole.code, 0) << whole.err;
  settings_.emplace_back("run.checkpoint_seconds=0");
  std::string root = "interrupted";
  while (!interrupt(root)) root += "-again";
  const fs::path run = run_of(root);
  EXPECT_EQ(status_of(run, "status"), "interrupted");
  EXPECT_EQ(status_of(run, "exit_code"), "130");

  const std::string printed = text_of(output_);
  const std::string introduction = "interrupted; the state is saved. Resume with: ";
  ASSERT_THAT(printed, HasSubstr(introduction));
  const std::size_t begin = printed.find(introduction) + introduction.size();
  const std::string command = printed.substr(begin, printed.find('\n', begin) - begin);
  const HostRun resumed = plugin::run_program({"/bin/sh", "-c", command});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(status_of(run, "status"), "finished");
  expect_same_end(run, run_of("whole"));
}

INSTANTIATE_TEST_SUITE_P(By, Interrupted, ::testing::Values(SIGTERM, SIGINT));

}  // namespace
}  // namespace pgt::journey
