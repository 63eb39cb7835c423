// Stages that are computed again in the backward, in whole runs.

#include <gmock/gmock.h>

#include <cstdlib>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// With batch statistics and dropout, through whose draws a second computation could be told.
const std::vector<std::string> lively{"model.norm=batch", "model.dropout=0.5", "train.epochs=1"};

std::vector<std::string> with(std::vector<std::string> settings, const std::string& more) {
  settings.push_back(more);
  return settings;
}

TEST_F(Journey, ComputesStagesAgainAndEndsWithTheSameBits) {
  for (const std::string detach : {"true", "false"}) {
    const std::vector<std::string> settings = with(lively, "schedule.detach=" + detach);
    ASSERT_EQ(train("kept-" + detach, settings).code, 0);
    const HostRun run = train("again-" + detach, with(settings, "train.recompute=[\"*\"]"));
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(last_tensors(run_in("kept-" + detach)), last_tensors(run_in("again-" + detach)));
  }
  EXPECT_THAT(text_of(run_in("again-true") / "train.log"),
              HasSubstr("recomputed in the backward pass to save memory: s1, s2, s3, s4, s5"));
}

TEST_F(Journey, MayBeginToComputeStagesAgainWhenItIsResumed) {
  ASSERT_EQ(train("kept", with(lively, "train.policy=constant")).code, 0);
  ASSERT_EQ(train("again", with(lively, "train.policy=constant")).code, 0);
  ASSERT_EQ(plugin::run_host({"resume", run_in("kept").string(), "--set", "train.epochs=2"}).code, 0);
  const HostRun again = plugin::run_host(
      {"resume", run_in("again").string(), "--set", "train.epochs=2", "--set", "train.recompute=[\"s2\", \"s3\"]"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(last_tensors(run_in("kept")), last_tensors(run_in("again")));
}

TEST_F(Journey, ChecksWhatIsComputedAgain) {
  const auto check = [&](const std::string& setting) {
    return plugin::run_host({"check", (folder_ / "run.toml").string(), "--set", setting});
  };
  const HostRun right = check("train.recompute=[\"s?\"]");
  EXPECT_EQ(right.code, 0) << right.err;
  EXPECT_THAT(right.out, HasSubstr("\n       recomputed in the backward pass to save memory: s1, s2, s3, s4, s5\n"));
  const HostRun wrong = check("train.recompute=[\"s2\", \"s6\"]");
  EXPECT_EQ(wrong.code, 3);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("error: \"recompute\": model \"slow\" has no stage \"s6\""),
                               HasSubstr("help: did you mean \"s1\"")));
  EXPECT_THAT(check("train.recompute=[\"layer1\"]").err, HasSubstr("help: it has s1, s2, s3, s4, s5"));
  setenv("PGT_PLUGINS", PGT_BUILD_DIR "/plugins:" PGT_MORE_PLUGINS, 1);
  write("narrow.toml",
        "[model]\nuse = \"narrow\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"clip\"\n"
        "[data]\nsize = 16\n[train]\ndevice = \"cpu\"\nrecompute = [\"conv\"]\n");
  const HostRun unable = plugin::run_host({"check", (folder_ / "narrow.toml").string()});
  unsetenv("PGT_PLUGINS");
  EXPECT_EQ(unable.code, 3);
  EXPECT_THAT(unable.err, AllOf(HasSubstr("narrow.toml:12:"),
                                HasSubstr("\"recompute\": model \"narrow\" cannot compute stages again"),
                                HasSubstr("train.micro_batch")));
}

}  // namespace
}  // namespace pgt::journey
