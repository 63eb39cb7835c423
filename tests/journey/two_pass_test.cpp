// Schedules that learn in two passes, on real files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TwoPassJourney : public Journey {
 protected:
  TwoPassJourney() {
    setenv("PGT_PLUGINS", PGT_BUILD_DIR "/plugins:" PGT_MORE_PLUGINS ":" PGT_IN_PARTS, 1);
    use("in_parts");
  }
  ~TwoPassJourney() override { unsetenv("PGT_PLUGINS"); }

  void use(const std::string& backbone) const {
    write("run.toml", "[model]\nuse = \"" + backbone +
                          "\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"two_pass\"\n"
                          "steps = \"all\"\nstep_length = 6\n[data]\nsize = 16\n[train]\nepochs = 2\n"
                          "batch_size = 4\nthreads = 1\ndevice = \"" +
                          device() + "\"\n");
  }
};

TEST_F(TwoPassJourney, TrainsAndEvaluatesAndGivesTheSameBitsAgain) {
  // Videos of two lengths in a batch: some rows have more features than others.
  make_videos("videos/more", 12, 52, 2);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos" / "more")) {
    if (entry.path().extension() != ".mp4") continue;
    const fs::path within = entry.path().lexically_relative(folder_ / "videos" / "more");
    fs::rename(entry.path(), (folder_ / "videos" / within).replace_extension(".longer.mp4"));
  }
  fs::remove_all(folder_ / "videos" / "more");

  const HostRun once = train("once", {"data.threads=1"}), again = train("again", {"data.threads=3"});
  ASSERT_EQ(once.code, 0) << once.err;
  ASSERT_EQ(again.code, 0) << again.err;
  expect_same_end(run_in("once"), run_in("again"));
  EXPECT_THAT(text_of(run_in("once") / "metrics.jsonl"), HasSubstr("\"event\":\"val_epoch\""));
  EXPECT_EQ(plugin::run_host({"eval", run_in("once").string()}).code, 0);
}

TEST_F(TwoPassJourney, CanBeChecked) {
  const HostRun check = plugin::run_host({"check", (folder_ / "run.toml").string()});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, HasSubstr("\nready: "));
}

TEST_F(TwoPassJourney, NamesANetworkWithoutFeaturesBeforeAnythingStarts) {
  use("minimal_backbone");
  const HostRun run = train("runs");
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, AllOf(HasSubstr("schedule \"two_pass\" learns in two passes"),
                             HasSubstr("model \"minimal_backbone\""), HasSubstr("choose another model")));
  EXPECT_THAT(run.err, HasSubstr("run.toml:7:7: error: "));
  EXPECT_FALSE(fs::exists(folder_ / "runs"));
}

}  // namespace
}  // namespace pgt::journey
