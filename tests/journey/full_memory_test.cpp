// Memory that runs out in training, played by a network that has room for so many videos at a time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "journey.hpp"
#include "occurrences.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FullMemoryJourney : public Journey {
 protected:
  FullMemoryJourney() {
    setenv("PGT_PLUGINS", PGT_BUILD_DIR "/plugins:" PGT_MORE_PLUGINS, 1);
    write("run.toml",
          "[model]\nuse = \"narrow\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"pgt\"\n"
          "steps = 3\nstep_length = 6\n[data]\nsize = 16\n[train]\nepochs = 2\nbatch_size = 4\nthreads = 1\n"
          "micro_batch = \"auto\"\ndevice = \"" +
              device() + "\"\n");
  }
  ~FullMemoryJourney() override { unsetenv("PGT_PLUGINS"); }
};

TEST_F(FullMemoryJourney, IsFoundOutOnceAndRememberedWhereARunIsResumed) {
  const HostRun found = train("found", {"train.epochs=1"});
  ASSERT_EQ(found.code, 0) << found.err;
  const std::string log = text_of(run_in("found") / "train.log");
  EXPECT_THAT(log, AllOf(HasSubstr("memory ran out with 4 videos at a time; from now on train.micro_batch = 2"),
                         HasSubstr("memory ran out with 2 videos at a time; from now on train.micro_batch = 1")));
  EXPECT_THAT(text_of(run_in("found") / "config.resolved.toml"), HasSubstr("micro_batch = \"auto\""));
  const HostRun longer = plugin::run_host({"resume", run_in("found").string(), "--set", "train.epochs=2"});
  ASSERT_EQ(longer.code, 0) << longer.err;
  EXPECT_EQ(occurrences(text_of(run_in("found") / "train.log"), "memory ran out"), 2U);

  ASSERT_EQ(train("told", {"train.epochs=1", "train.micro_batch=1"}).code, 0);
  ASSERT_EQ(plugin::run_host({"resume", run_in("told").string(), "--set", "train.epochs=2"}).code, 0);
  EXPECT_EQ(last_tensors(run_in("found")), last_tensors(run_in("told")));
}

TEST_F(FullMemoryJourney, OnOneOfTwoRanksIsFoundOutByBoth) {
  const auto train_on_two = [&](const std::string& root, const std::string& setting) {
    std::vector<std::string> command = training(root, {"train.epochs=1", "train.batch_size=3", setting});
    command.insert(command.begin() + 1, {"launch", "--nproc", "2"});  // of 3 videos one rank has a single one
    return plugin::run_program(command);
  };
  const HostRun found = train_on_two("found", "train.micro_batch=\"auto\"");
  ASSERT_EQ(found.code, 0) << found.err;
  const std::string log = text_of(run_in("found") / "train.log");
  EXPECT_THAT(log, HasSubstr("memory ran out with 2 videos at a time; from now on train.micro_batch = 1"));
  EXPECT_EQ(occurrences(log, "memory ran out"), 1U);
  ASSERT_EQ(train_on_two("told", "train.micro_batch=1").code, 0);
  EXPECT_EQ(last_tensors(run_in("found")), last_tensors(run_in("told")));

  EXPECT_EQ(train_on_two("full", "train.micro_batch=0").code, 6);
}

TEST_F(FullMemoryJourney, EndsARunWithWhatWouldFit) {
  const HostRun run = train("run", {"train.micro_batch=0"});
  EXPECT_EQ(run.code, 6);
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("there is not enough memory"), HasSubstr("help: train.micro_batch = 1 would fit")));
  EXPECT_EQ(status_of(run_in("run"), "exit_code"), "6");
}

TEST_F(FullMemoryJourney, InAnEvaluationIsToldWithWhatIsScored) {
  ASSERT_EQ(train("run", {"train.epochs=1", "eval.every=0"}).code, 0);
  const auto score = [&](const std::string& room, const std::string& batch) {
    return plugin::run_host({"eval", run_in("run").string(), "--set", "model.most_scored=" + room, "--set", batch});
  };
  const HostRun several = score("2", "eval.batch_size=3");
  EXPECT_EQ(several.code, 6);
  EXPECT_THAT(several.err, AllOf(HasSubstr("not enough memory to score 3 clips at a time: lower eval.batch_size"),
                                 Not(HasSubstr("train."))));
  EXPECT_EQ(score("2", "eval.batch_size=2").code, 0);
  EXPECT_THAT(score("0", "eval.batch_size=1").err, HasSubstr("not enough memory to score a single clip"));
}

TEST_F(FullMemoryJourney, IsForecastByPartAndMeasured) {
  const HostRun check = plugin::run_host({"check", (folder_ / "run.toml").string(), "--probe", "--set",
                                          "model.most_rows=8", "--set", "train.average=0.9"});
  ASSERT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, AllOf(HasSubstr("memory about "), HasSubstr("program and decoded videos "),
                               HasSubstr("       activations "), HasSubstr(": conv "),
                               HasSubstr("measured in a batch of 4 videos; the forecast is "), HasSubstr("\nready: ")));
}

TEST_F(FullMemoryJourney, IsNotSavedWhereGradientsCrossSteps) {
  const HostRun run = train("run", {"schedule.detach=false"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, AllOf(HasSubstr("run.toml:16:"), HasSubstr("train.micro_batch saves nothing with this schedule"),
                             HasSubstr("train.accumulate")));
  EXPECT_FALSE(fs::exists(folder_ / "runs"));
}

}  // namespace
}  // namespace pgt::journey
