// `pgt-host data preview`: what the network gets, on a page.

#include <gmock/gmock.h>

#include "journey.hpp"
#include "occurrences.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Preview : public Journey {
 protected:
  HostRun preview(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"data", "preview", (folder_ / "run.toml").string(), "-o", page().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return plugin::run_host(arguments);
  }
  fs::path page() const { return folder_ / "page.svg"; }
};

TEST_F(Preview, ShowsEveryStepOfEveryVideoOfTheFirstBatch) {
  const HostRun run = preview({"--set", "schedule.steps=3", "--set", "train.batch_size=5"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("steps 1 to 3 of the first batch, as the network gets them; videos: 5"));
  const std::string svg = text_of(page());
  EXPECT_EQ(occurrences(svg, "<image "), 15U);
  EXPECT_EQ(occurrences(svg, "class=\"title\""), 5U);
  EXPECT_THAT(svg, AllOf(HasSubstr("step 3 · "), HasSubstr(".mp4</text>"), Not(HasSubstr("step 4"))));
}

TEST_F(Preview, ShowsTheSameWhateverTheOrderOfTheNetworksColours) {
  const std::vector<std::string> few{"--set", "data.mean=[0.1,0.5,0.9]", "--set", "data.std=[0.2,0.3,0.4]"};
  ASSERT_EQ(preview(few).code, 0);
  const std::string page_of_rgb = text_of(page());
  std::vector<std::string> bgr = few;
  bgr.insert(bgr.end(), {"--set", "data.channel_order=\"bgr\""});
  ASSERT_EQ(preview(bgr).code, 0);
  EXPECT_EQ(text_of(page()), page_of_rgb);
}

TEST_F(Preview, SaysWhatCannotBeRead) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
    if (entry.path().extension() == ".mp4") write(fs::relative(entry.path(), folder_).string(), "no video");
  }
  const HostRun run = preview({});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, AllOf(HasSubstr("could not be read: "), HasSubstr("is not a video"),
                             HasSubstr("none of the first training videos can be read")));
  EXPECT_FALSE(fs::exists(page()));
}

}  // namespace
}  // namespace pgt::journey
