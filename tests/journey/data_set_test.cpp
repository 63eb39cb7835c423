// What is said about a dataset before and in training, and runs on another one than they were trained on.

#include <gmock/gmock.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class DataSet : public Journey {
 protected:
  /// A run of `verb` on run.toml.
  HostRun look(const std::string& verb, const std::vector<std::string>& settings = {}) const {
    std::vector<std::string> arguments{verb, (folder_ / "run.toml").string()};
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    if (verb == "preview") arguments.insert(arguments.end(), {"-o", (folder_ / "page.svg").string()});
    return plugin::run_host(arguments);
  }
  /// Lines of a list: the videos of `folder`, from the second `start`, for a split.
  std::string rows(const std::string& folder, const std::string& start, const std::string& split) const {
    std::string text;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos" / folder)) {
      if (entry.is_directory()) continue;
      text += entry.path().string() + "," + entry.path().parent_path().filename().string() + "," + start + "," + split +
              "\n";
    }
    return text;
  }
  const std::string header = "path,label,start,split\n";
};

TEST_F(DataSet, ThatTellsLeftFromRightIsNotMirrored) {
  for (const char* split : {"train", "val"}) {
    const fs::path folder = folder_ / "videos" / split;
    fs::rename(folder / "red-circle_then_blue-square", folder / "turn-left");
    fs::rename(folder / "blue-square_then_red-circle", folder / "turn-right");
  }
  const std::string expected = "no clip is mirrored, because class \"turn-left\" tells left from right";
  EXPECT_THAT(look("check").out, HasSubstr(expected));
  EXPECT_THAT(look("preview").err, HasSubstr(expected));
  EXPECT_THAT(text_of(folder_ / "page.svg"), Not(HasSubstr("· mirrored")));
  EXPECT_THAT(look("preview", {"data.flip=true"}).err, HasSubstr("are mirrored, as data.flip = true asks"));
  EXPECT_THAT(text_of(folder_ / "page.svg"), HasSubstr(".mp4 · mirrored</text>"));

  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), HasSubstr(expected));
  EXPECT_THAT(text_of(run_in("runs") / "config.resolved.toml"), HasSubstr("flip = false"));
}

TEST_F(DataSet, IsCheckedForSamplesOutsideOfTheirVideos) {
  std::string text = text_of(folder_ / "run.toml");
  text.replace(text.find("use = \"folder\"\nroot = \"videos\""), 30, "use = \"list\"\nfile = \"list.csv\"");
  write("run.toml", text);
  write("list.csv", header + rows("train", "0", "train") + rows("val", "5", "train"));
  const HostRun check = look("check");
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, AllOf(ContainsRegex("train +[0-9]+ videos; [0-9]+ opened, [1-9][0-9]* bad"),
                               HasSubstr("the sample starts at 5.000000 s, but the video lasts ")));
  write("list.csv", header + rows("train", "0", "train") + rows("val", "5", "val"));
  const HostRun useless = look("check");
  EXPECT_EQ(useless.code, 4);
  EXPECT_THAT(useless.err, HasSubstr("none of the val videos can be used"));
}

TEST_F(DataSet, MayBeAnotherThanTheRunsOwn) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  write("list.csv", header + rows("val", "0", "val"));
  const std::vector<std::string> own{"eval", run_in("runs").string(), "-o", (folder_ / "scores").string()};
  std::vector<std::string> other = own;
  other.insert(other.end(), {"--set", "dataset.use=list", "--set", "dataset.file=" + (folder_ / "list.csv").string()});
  const HostRun scores = plugin::run_host(own), scores_of_list = plugin::run_host(other);
  EXPECT_EQ(scores_of_list.code, 0) << scores_of_list.err;
  EXPECT_EQ(scores_of_list.out, scores.out);
}

}  // namespace
}  // namespace pgt::journey
