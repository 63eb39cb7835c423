// A run that is resumed where not everything is as it was.

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Resume : public Journey {
 protected:
  /// Trains into "stopped" and kills the host in the middle of a clip.
  void stop_in_a_clip() {
    for (;;) {
      fs::remove_all(folder_ / "stopped");
      BackgroundHost host(training("stopped", {"run.checkpoint_seconds=0", "train.epochs=50"}), folder_ / "output.txt");
      const fs::path position = run_in("stopped") / "checkpoints" / "last.json";
      while (host.running() && !fs::exists(position)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      host.send(SIGKILL);
      ASSERT_EQ(host.end(), -SIGKILL) << text_of(folder_ / "output.txt");
      if (nlohmann::json::parse(text_of(position)).at("clip").at("step") > 0) return;
    }
  }

  /// Continues to the end of the first epoch in a copy of the run.
  HostRun resume(const std::string& copy, const std::vector<std::string>& settings = {}) {
    const fs::path run = folder_ / copy;
    fs::copy(run_in("stopped"), run, fs::copy_options::recursive);
    std::vector<std::string> arguments{"resume", run.string(), "--set", "train.epochs=1"};
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return plugin::run_host(arguments);
  }
};

std::ptrdiff_t lines_with(const std::string& text, const std::string& part) {
  return std::ranges::count_if(lines_of(text), [&](const std::string& line) { return line.find(part) != line.npos; });
}

constexpr const char* again = "the clips that were under way start again";

TEST_F(Resume, GoesOnInTheClipWhereAllIsAsItWas) {
  stop_in_a_clip();
  const HostRun run = resume("same");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr(again)));
  EXPECT_THAT(run.err, Not(HasSubstr("changed since the checkpoint was made")));
}

TEST_F(Resume, GoesBackToAnEarlierCheckpoint) {
  ASSERT_EQ(train("runs", {"train.epochs=3", "run.keep_every=1"}).code, 0);
  const std::string run = run_in("runs").string();
  fs::copy(run, folder_ / "whole", fs::copy_options::recursive);
  const HostRun none = plugin::run_host({"resume", run, "--checkpoint", "epoch-0009"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("there is no "));
  const HostRun back = plugin::run_host({"resume", run, "--checkpoint", "epoch-0001"});
  EXPECT_EQ(back.code, 0) << back.err;
  EXPECT_THAT(back.err, HasSubstr("going back to epoch-0001.safetensors; what was last becomes the previous"));
  expect_same_end(folder_ / "whole", run);
  EXPECT_EQ(lines_with(text_of(fs::path(run) / "metrics.jsonl"), "\"split\":\"val\""), 3);
}

TEST_F(Resume, GoesBackWithinItsRunOnly) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  ASSERT_EQ(train("others", {"train.epochs=1"}).code, 0);
  const fs::path run = run_in("runs");
  fs::remove(run / "checkpoints" / "best.safetensors");
  const std::string last = (run / "checkpoints" / "last.safetensors").string();
  const std::string bytes = text_of(last), before = text_of(last + ".previous");
  const auto resume = [&](const std::string& checkpoint) {
    return plugin::run_host({"resume", run.string(), "--set", "train.epochs=2", "--checkpoint", checkpoint});
  };
  const std::string other = (run_in("others") / "checkpoints" / "last.safetensors").string();
  const HostRun others = resume(other);
  EXPECT_EQ(others.code, 2);
  EXPECT_THAT(others.err, AllOf(HasSubstr(other + " is not a checkpoint of "), HasSubstr("train.init=" + other)));
  const HostRun best = resume("best");
  EXPECT_EQ(best.code, 2);
  EXPECT_THAT(best.err, HasSubstr("the run has last"));
  EXPECT_EQ(text_of(last), bytes);
  EXPECT_EQ(text_of(last + ".previous"), before);
  const HostRun same = resume(last);
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.err, Not(HasSubstr("going back"))) << "that is the last one";
}

/// Weights that are finite, but score what is not.
TEST_F(Resume, KeepsTheCheckpointBeforeOneThatScoresNothing) {
  ASSERT_EQ(train("runs", {"train.epochs=2"}).code, 0);
  const std::string run = run_in("runs").string();
  const std::vector<std::string> further{"resume", run, "--set", "train.epochs=4", "--set"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), further.begin(), further.end());
    return plugin::run_host(more);
  };
  for (int again = 0; again < 3; ++again) {
    const HostRun diverged = with({"train.learning_rate=1e7"});
    EXPECT_EQ(diverged.code, 7) << diverged.err;
  }
  const HostRun back = with({"train.learning_rate=0.01", "--checkpoint", "previous"});
  EXPECT_EQ(back.code, 0) << back.err;
}

/// Stopped again before the first batch is open, it still has the carry of the clip that it was to continue.
TEST_F(Resume, CanBeStoppedBeforeItGoesOn) {
  stop_in_a_clip();
  ASSERT_EQ(resume("whole").code, 0);
  for (int attempt = 0; attempt < 5; ++attempt) {
    const fs::path run = folder_ / ("stopped again " + std::to_string(attempt));
    fs::copy(run_in("stopped"), run, fs::copy_options::recursive);
    const std::vector<std::string> command{PGT_HOST, "resume", run.string(), "--set", "train.epochs=1"};
    const auto begins = [&] { return lines_with(text_of(run / "train.log"), "data folder:"); };
    const auto before = begins();
    BackgroundHost host(command, folder_ / "output.txt");
    while (host.running() && begins() == before) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    host.send(SIGINT);
    const int end = host.end();
    ASSERT_THAT(end, testing::AnyOf(130, -SIGINT)) << text_of(folder_ / "output.txt");
    const HostRun rest = plugin::run_program(command);
    ASSERT_EQ(rest.code, 0) << rest.err;
    expect_same_end(run, folder_ / "whole");
  }
}

TEST_F(Resume, ChecksWhatOnlyTheVideosCanTellAsAFreshRunDoes) {
  stop_in_a_clip();
  const std::string before = text_of(run_in("stopped") / "config.resolved.toml");
  const HostRun run = resume("longer_warmup", {"train.warmup_iterations=100"});
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, HasSubstr("\"warmup_iterations\" must be less than the iterations of the training (5)"));
  EXPECT_EQ(text_of(folder_ / "longer_warmup" / "config.resolved.toml"), before) << "the run is as it was";
}

TEST_F(Resume, StartsTheClipAgainWhereItWouldBeAnother) {
  stop_in_a_clip();
  const HostRun batch = resume("batch", {"train.batch_size=2"});
  EXPECT_EQ(batch.code, 0) << batch.err;
  EXPECT_THAT(batch.err, HasSubstr("changed since the checkpoint was made: train.seed or train.batch_size"));
  EXPECT_THAT(batch.err, HasSubstr(again));
  for (const std::string setting : {"schedule.reduce=\"last\"", "schedule.steps=1", "data.size=12", "train.seed=7"}) {
    const HostRun run = resume(setting, {setting});
    EXPECT_EQ(run.code, 0) << setting << ": " << run.err;
    EXPECT_THAT(run.err, HasSubstr(again)) << setting;
  }
}

TEST_F(Resume, StartsTheClipAgainWhereItsVideosAreGone) {
  stop_in_a_clip();
  int videos = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos" / "train")) {
    if (entry.is_regular_file() && ++videos % 3 == 0) write(entry.path(), "");
  }
  const HostRun run = resume("empty");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("cannot read"));
}

TEST_F(Resume, TakesThePreviousCheckpointWhereTheLastIsMissing) {
  ASSERT_EQ(train("stopped").code, 0);
  fs::remove(run_in("stopped") / "checkpoints" / "last.safetensors");
  const HostRun run = resume("previous", {"train.epochs=3"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("starting from scratch")));
  EXPECT_THAT(run.err, HasSubstr("the checkpoint before it is used"));
}

TEST_F(Resume, KeepsWhatWasSetForTheNextTime) {
  ASSERT_EQ(train("stopped").code, 0);
  ASSERT_EQ(resume("longer", {"train.epochs=3"}).code, 0);
  EXPECT_THAT(text_of(folder_ / "longer" / "config.resolved.toml"), HasSubstr("epochs = 3"));
  EXPECT_EQ(plugin::run_host({"resume", (folder_ / "longer").string()}).code, 0);
  EXPECT_EQ(status_of(folder_ / "longer", "epochs"), "3");
}

TEST_F(Resume, ARefusedValueLeavesTheRunAsItWas) {
  ASSERT_EQ(train("stopped", {"train.epochs=2"}).code, 0);
  const fs::path run = run_in("stopped");
  const std::string config = text_of(run / "config.resolved.toml"), status = text_of(run / "STATUS.json");
  const auto resumed = [&](const std::string& setting) {
    return plugin::run_host({"resume", run.string(), "--set", setting});
  };
  EXPECT_EQ(resumed("model.width=16").code, 5);
  EXPECT_EQ(resumed("train.epochs=none").code, 3);
  EXPECT_EQ(resumed("data.size=12").code, 0) << "there is nothing to train";
  EXPECT_EQ(resumed("train.epochs=1").code, 0);
  EXPECT_EQ(text_of(run / "config.resolved.toml"), config);
  EXPECT_EQ(text_of(run / "STATUS.json"), status);
}

TEST_F(Resume, SaysThatAnEditedRunFileIsNotRead) {
  ASSERT_EQ(train("stopped").code, 0);
  const HostRun as_it_was = resume("same", {"train.epochs=3"});
  EXPECT_THAT(as_it_was.err, Not(HasSubstr("was edited")));
  write(run_in("stopped") / "run.toml", text_of(run_in("stopped") / "run.toml") + "\n# more\n");
  for (const char* const epochs : {"3", "2"}) {  // also where nothing is left to train
    const HostRun run = resume(std::string("edited ") + epochs, {std::string("train.epochs=") + epochs});
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("/run.toml was edited, but resume reads config.resolved.toml"));
  }
}

TEST_F(Resume, CheckOfARunNamesDamagedCheckpoints) {
  ASSERT_EQ(train("stopped").code, 0);
  const HostRun whole = plugin::run_host({"check", run_in("stopped").string()});
  EXPECT_EQ(whole.code, 0) << whole.out << whole.err;
  EXPECT_THAT(whole.out, HasSubstr("last.safetensors            whole: "));
  const fs::path last = run_in("stopped") / "checkpoints" / "last.safetensors";
  std::string bytes = text_of(last);
  bytes[bytes.size() - 100] ^= 0x40;
  write(last, bytes);
  const HostRun damaged = plugin::run_host({"check", run_in("stopped").string()});
  EXPECT_EQ(damaged.code, 5);
  EXPECT_THAT(damaged.out, HasSubstr("last.safetensors            damaged: "));
  EXPECT_THAT(damaged.out, HasSubstr("last.safetensors.previous   whole: "));
}

TEST_F(Resume, IsRefusedWhileAnotherProcessTrains) {
  BackgroundHost host(training("busy", {"train.epochs=1000"}), folder_ / "output.txt");
  const fs::path run = run_in("busy");
  while (host.running() && !fs::exists(run / "metrics.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const HostRun second = plugin::run_host({"resume", run.string()});
  EXPECT_EQ(second.code, 8) << second.err;
  EXPECT_THAT(second.err, HasSubstr(run.string() + " is being trained by process "));
  EXPECT_EQ(status_of(run, "status"), "running");
}

TEST_F(Resume, ADamagedCheckpointIsNamedInAnEvaluationToo) {
  ASSERT_EQ(train("stopped").code, 0);
  write(run_in("stopped") / "checkpoints" / "last.safetensors", "x");
  const HostRun eval = plugin::run_host({"eval", run_in("stopped").string(), "--checkpoint", "last"});
  EXPECT_EQ(eval.code, 0) << eval.err;
  EXPECT_THAT(eval.err, HasSubstr("warning: "));
  EXPECT_THAT(eval.err, HasSubstr("the checkpoint before it is used"));
}

}  // namespace
}  // namespace pgt::journey
