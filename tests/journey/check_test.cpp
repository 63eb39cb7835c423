// What `check` says about the clips that a run file asks for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Check : public Journey {
 protected:
  HostRun check(const std::vector<std::string>& settings) const {
    std::vector<std::string> command{"check", (folder_ / "run.toml").string()};
    for (const std::string& setting : settings) command.insert(command.end(), {"--set", setting});
    return plugin::run_host(command);
  }
};

TEST_F(Check, SaysHowLongAClipIsAndHowManyVideosAClassHas) {
  const HostRun run = check({});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("data   6 classes; videos to train on: 3 of each\n"),
                             HasSubstr("clip   29 frames in 4 steps, "), HasSubstr(" frames/s\n"),
                             HasSubstr("(a forecast from 2 of a batch's 4 videos)"), HasSubstr(" an epoch, "),
                             HasSubstr("(18 clips of 4 steps)"), HasSubstr("\nready: "), Not(HasSubstr("warning")),
                             Not(HasSubstr("shorter"))));
}

TEST_F(Check, WarnsOfAClipThatIsLongerThanEveryVideo) {
  const HostRun run = check({"schedule.steps=100", "train.batch_size=32"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr("95 % of the clips' frames repeat the last frame of a shorter video"),
            HasSubstr("warning: a clip is longer than every video that was opened"),
            HasSubstr("lower schedule.steps (5 fit), schedule.step_length or schedule.stride\n"),
            HasSubstr("train.batch_size = 32 is more than the 18 training videos: each batch has all of them\n"),
            HasSubstr("ready, but see the warning above: ")));
}

}  // namespace
}  // namespace pgt::journey
