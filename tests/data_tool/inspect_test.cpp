// `pgt-host data framemd5`, `check` and `stats`, as programs.

#include <gmock/gmock.h>

#include <sstream>

#include "plugin/support.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"

namespace pgt::data {
namespace {

using plugin::HostRun;
using plugin::text_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DataVerbs : public plugin::PluginTest {
 protected:
  void make(const std::string& name, const video::Recipe& recipe = {}) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    video::make_video(folder_ / name, recipe);
  }
  HostRun data(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "data");
    return plugin::run_host(arguments);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_F(DataVerbs, FrameMd5HasALineForEachFrame) {
  make("clip.mkv", {.frames = 7});
  const HostRun run = data({"framemd5", path("clip.mkv")});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), 9u + 7u);
  EXPECT_EQ(lines[0], "#format: frame checksums");
  EXPECT_EQ(lines[3], "#tb 0: 1/1000");
  EXPECT_EQ(lines[6], "#dimensions 0: 80x48");
  video::Reader reader(video::index_video(folder_ / "clip.mkv"));
  const std::string third = video::md5(reader.read_stored(2).planes);
  EXPECT_EQ(lines[11], "0,         80,         80,       40,     5760, " + third);
}

TEST_F(DataVerbs, FrameMd5NamesAFileWithoutFrames) {
  write("clip.mp4", "hello");
  const HostRun run = data({"framemd5", path("clip.mp4")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("clip.mp4: is not a video that FFmpeg can read"));
}

TEST_F(DataVerbs, CheckNamesEveryFileThatCannotBeRead) {
  make("videos/good.mp4");
  make("videos/below/good.mkv", {.frames = 5});
  write("videos/text.mp4", "hello");
  write("videos/empty.avi", "");
  write("videos/notes.txt", "not looked at");
  const HostRun run = data({"check", path("videos"), "--csv", path("table.csv")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, AllOf(HasSubstr("text.mp4: is not a video"), HasSubstr("empty.avi: is empty"),
                             HasSubstr("4 files: 2 can be read, 2 cannot"), Not(HasSubstr("notes.txt"))));
  EXPECT_THAT(text_of(folder_ / "table.csv"), HasSubstr("below/good.mkv,,80,48,5,0.2,25,yes,5.0\n"));
  EXPECT_EQ(data({"check", path("videos/good.mp4")}).code, 0);
}

TEST_F(DataVerbs, CheckDecodesWhereItIsAsked) {
  make("clip.ts", {.codec = "mpeg2video", .frames = 30});
  std::string bytes = text_of(folder_ / "clip.ts");
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 3000; i += 7) bytes[i] ^= 0x55;
  write("clip.ts", bytes);
  const HostRun run = data({"check", path("clip.ts"), "--decode"});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, HasSubstr("cannot be decoded"));
}

TEST_F(DataVerbs, CheckWantsVideos) {
  EXPECT_THAT(data({"check", path("none")}).err, HasSubstr("none: no such file or folder"));
  std::filesystem::create_directories(folder_ / "videos");
  EXPECT_THAT(data({"check", path("videos")}).err, HasSubstr("no file there has the name of a video"));
}

TEST_F(DataVerbs, StatsCountsWhatThereIs) {
  make("a.mp4", {.frames = 50});
  make("b.mp4", {.width = 96, .frames = 25});
  write("c.mp4", "hello");
  const HostRun run = data({"stats", folder_.string()});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("files    2; 1 more cannot be read"),
                             HasSubstr("least, median, most: 1.0, 2.0, 2.0 s"), HasSubstr("frames   75"),
                             HasSubstr("80x48 (1), 96x48 (1)"), HasSubstr("25.00 (2)"), HasSubstr("keys     every ")));
}

TEST_F(DataVerbs, ATextFileIsNoFilm) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "FFmpeg would draw this text as a video.\n";
  write("notes.txt", text);
  EXPECT_THAT(data({"check", path("notes.txt")}).out, HasSubstr("notes.txt: is a text file"));
}

}  // namespace
}  // namespace pgt::data
