// `pgt-host data framemd5`, `check`, `stats`, `index` and `transcode`, as programs.

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "base/file_lock.hpp"
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
                             HasSubstr("4 files: 2 can be read, 2 cannot; 1 others are not named as videos"),
                             HasSubstr("skip " + path("videos/notes.txt"))));
  EXPECT_THAT(text_of(folder_ / "table.csv"), HasSubstr("below/good.mkv,,80,48,5,0.2,25,yes,5.0\n"));
  const HostRun good = data({"check", path("videos/good.mp4")});
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(good.out, Not(HasSubstr("skip")));
}

TEST_F(DataVerbs, CheckShowsNamesAndDoesNotSendThem) {
  write("\x1b[31mred.mp4", "x");
  write("a\n[00:00:00] finished.mp4", "x");
  const HostRun run = data({"check", folder_.string()});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("\\x1b[31mred.mp4"), HasSubstr("/a\\n[00:00:00] finished.mp4"), Not(HasSubstr("\x1b"))));
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

TEST_F(DataVerbs, CheckSaysHowMuchOfAFileIsCutOff) {
  make("clip.mp4", {.frames = 60, .gop = 6, .container = "movflags=faststart"});
  const std::string bytes = text_of(folder_ / "clip.mp4");
  write("clip.mp4", bytes.substr(0, bytes.size() * 3 / 4));
  const HostRun run = data({"check", path("clip.mp4")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, testing::ContainsRegex("clip.mp4: is cut short: 1[0-9] of its 60 frames are missing"));
  EXPECT_EQ(data({"index", path("clip.mp4")}).code, 0) << "the frames that are there can be read";
}

TEST_F(DataVerbs, NameAVerbThatThereIsNot) {
  const HostRun run = data({"synth", "ordr"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("synth: there is no \"ordr\", but "));
  EXPECT_THAT(run.err, HasSubstr("order"));
}

TEST_F(DataVerbs, CheckWantsVideos) {
  EXPECT_THAT(data({"check", path("none")}).err, HasSubstr("none: no such file or folder"));
  std::filesystem::create_directories(folder_ / "videos");
  EXPECT_THAT(data({"check", path("videos")}).err, HasSubstr("no file there has the name of a video"));
  write("videos/clip.mp5", "x");
  EXPECT_THAT(data({"check", path("videos")}).err, HasSubstr("1 do not, such as " + path("videos/clip.mp5")));
}

TEST_F(DataVerbs, CheckFollowsLinksToFoldersButNotInCircles) {
  make("elsewhere/a.mp4");
  make("videos/b.mp4");
  std::filesystem::create_directory_symlink(folder_ / "elsewhere", folder_ / "videos/linked");
  std::filesystem::create_directory_symlink(folder_ / "videos", folder_ / "videos/up");
  EXPECT_THAT(data({"check", path("videos")}).out, HasSubstr("2 files: 2 can be read"));
}

TEST_F(DataVerbs, SayThatTheirOutputIsLost) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  make("a.mp4");
  const HostRun run =
      plugin::run_program({"/bin/sh", "-c", "'" PGT_HOST "' data framemd5 " + path("a.mp4") + " > /dev/full"});
  EXPECT_EQ(run.code, 8);
  EXPECT_THAT(run.err, HasSubstr("could not be written"));
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
  EXPECT_THAT(data({"check", path("notes.txt")}).out, HasSubstr("notes.txt: is not a video"));
}

TEST_F(DataVerbs, IndexKeepsIndexesForLaterRuns) {
  make("videos/a.mp4");
  make("videos/b.avi", {.codec = "mpeg4"});
  write("videos/c.mp4", "hello");
  const HostRun run = data({"index", path("videos")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, AllOf(HasSubstr("c.mp4: is not a video"), HasSubstr("3 files: 2 indexes in " + path("cache")),
                             HasSubstr("1 cannot be read")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path("cache/indexes")), {}), 2);
}

TEST_F(DataVerbs, IndexSaysWhatItCouldNotKeep) {
  make("a.mp4");
  write("no_folder", "a file");
  const HostRun run = plugin::run_program(
      {"/usr/bin/env", "PGT_CACHE_DIR=" + path("no_folder"), PGT_HOST, "data", "index", path("a.mp4")});
  EXPECT_EQ(run.code, 8);
  EXPECT_THAT(run.out, HasSubstr("1 files: 0 indexes in"));
  EXPECT_THAT(run.err, HasSubstr("1 indexes could not be kept in " + path("no_folder")));
}

class Transcoding : public DataVerbs {
 protected:
  void SetUp() override {
    DataVerbs::SetUp();
    if (std::system("ffmpeg -version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no ffmpeg";
  }
};

TEST_F(Transcoding, KeepsFramesTimesAndPlaces) {
  make("videos/run/a.mp4", {.width = 200, .height = 120, .frames = 30, .gop = 250});
  make("videos/jump/b.mkv", {.width = 96,
                             .height = 160,
                             .frames = 20,
                             .rate_num = 100,
                             .time = [](int i) { return std::int64_t{4} * i + i * i % 4; },
                             .rotation = 0});
  make("videos/c.mov", {.width = 160, .height = 96, .rotation = 90});
  const HostRun run = data({"transcode", path("videos"), path("small"), "--short-side", "64", "--keys", "5"});
  ASSERT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("3 files: 3 copies in"));
  const auto index = video::index_video(folder_ / "small/run/a.mp4");
  EXPECT_EQ(std::tuple(index->width, index->height, index->frames()), std::tuple(106, 64, 30));
  EXPECT_EQ(index->keys, 6);
  const auto upright = video::index_video(folder_ / "small/jump/b.mp4");
  const auto original = video::index_video(folder_ / "videos/jump/b.mkv");
  EXPECT_EQ(std::pair(upright->width, upright->height), std::pair(64, 106));
  for (std::int64_t i = 0; i < 20; ++i) EXPECT_NEAR(upright->seconds(i), original->seconds(i), 2e-3);
  const auto turned = video::index_video(folder_ / "small/c.mp4");
  EXPECT_EQ(std::tuple(turned->width, turned->height, turned->rotation), std::tuple(64, 106, 0));
  EXPECT_THAT(text_of(folder_ / "small/provenance.csv"),
              AllOf(HasSubstr("run/a.mp4"), HasSubstr("short_side=64 keys=5 quality=20")));
}

TEST_F(Transcoding, KeepsItsCopiesOutOfTheVideos) {
  make("videos/a.mp4");
  for (const char* to : {"videos", "videos/small"}) {
    const HostRun run = data({"transcode", path("videos"), path(to)});
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.err, HasSubstr("the copies would be among the videos"));
  }
}

TEST_F(Transcoding, DoesNotWriteWhereLinksLead) {
  make("real/x.mp4");
  const std::string before = text_of(folder_ / "real/x.mp4");
  std::filesystem::create_directories(folder_ / "links/a");
  std::filesystem::create_symlink(folder_ / "real/x.mp4", folder_ / "links/a/x.mp4");
  const HostRun run = data({"transcode", path("links"), path("small")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_TRUE(text_of(folder_ / "real/x.mp4") == before);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "small/a/x.mp4"));
}

TEST_F(Transcoding, ReplacesNothingThatIsNotItsOwn) {
  make("videos/a.mp4");
  std::filesystem::create_directories(folder_ / "small");
  write("small/a.mp4", "precious");
  const HostRun run = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, HasSubstr("its copy would replace " + path("small/a.mp4")));
  write("small/provenance.csv", "my,own\n");
  EXPECT_THAT(data({"transcode", path("videos"), path("small")}).err,
              HasSubstr("provenance.csv is not a list of copies"));
  EXPECT_TRUE(text_of(folder_ / "small/a.mp4") == "precious");
  EXPECT_EQ(text_of(folder_ / "small/provenance.csv"), "my,own\n");
}

TEST_F(Transcoding, NamesFoldersOfPictures) {
  make("videos/walk.v2/001.jpg", {.codec = "mjpeg", .frames = 1, .b_frames = 0, .format = "yuvj420p"});
  make("videos/walk.mp4");
  EXPECT_THAT(data({"transcode", path("videos"), path("small")}).out,
              AllOf(HasSubstr("walk.v2: is a folder of pictures"), HasSubstr("2 files: 1 copies in")));
}

TEST_F(Transcoding, StillOwnsCopiesOfVideosThatFailedOrWereGone) {
  make("videos/a.mp4");
  make("videos/b.mp4");
  ASSERT_EQ(data({"transcode", path("videos"), path("small")}).code, 0);
  write("videos/a.mp4", "broken for now");
  std::filesystem::rename(folder_ / "videos/b.mp4", folder_ / "b.mp4");
  EXPECT_EQ(data({"transcode", path("videos"), path("small")}).code, 4);
  std::filesystem::remove(folder_ / "videos/a.mp4");
  make("videos/a.mp4", {.frames = 11});
  std::filesystem::rename(folder_ / "b.mp4", folder_ / "videos/b.mp4");
  const HostRun run = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_EQ(video::index_video(folder_ / "small/a.mp4")->frames(), 11);
  EXPECT_THAT(text_of(folder_ / "small/provenance.csv"), Not(HasSubstr("unfinished")));
}

TEST_F(Transcoding, StillOwnsWhatACallThatWasCutOffHadNotDone) {
  make("videos/a.mp4");
  make("videos/b.mp4");
  ASSERT_EQ(data({"transcode", path("videos"), path("small")}).code, 0);
  // A call with other settings, killed before its first copy was done.
  const std::string killed = "'" PGT_HOST "' data transcode " + path("videos") + " " + path("small") +
                             " --short-side 32 & pid=$!; while ! grep -q unfinished " + path("small/provenance.csv") +
                             "; do sleep 0.01; done; kill -9 $pid; wait $pid";
  plugin::run_program({"/bin/sh", "-c", killed});
  const HostRun run = data({"transcode", path("videos"), path("small"), "--short-side", "32"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
}

TEST_F(Transcoding, GoesPastALinkThatLeadsNowhere) {
  make("videos/a.mp4");
  std::filesystem::create_symlink(folder_ / "gone.mp4", folder_ / "videos/c.mp4");
  const HostRun run = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, AllOf(HasSubstr("c.mp4: No such file or directory"), HasSubstr("2 files: 1 copies in")));
}

TEST_F(Transcoding, GoesPastALinkInCircles) {
  make("videos/a.mp4");
  std::filesystem::create_symlink("x.mp4", folder_ / "videos/x.mp4");
  const HostRun run = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.out, AllOf(HasSubstr("x.mp4: Too many levels of symbolic links"), HasSubstr("2 files: 1 copies in")));
  std::filesystem::create_symlink("loop", folder_ / "loop");
  const HostRun nowhere = data({"transcode", path("videos"), path("loop")});
  EXPECT_EQ(nowhere.code, 8);
  EXPECT_THAT(nowhere.err, AllOf(HasSubstr("Too many levels"), Not(HasSubstr("filesystem error"))));
}

TEST_F(Transcoding, SaysWhatItDoesNotTakeWithoutControlCharacters) {
  const HostRun run = data({"transcode", "\x1b[31mnone", path("small")});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("\\x1b[31mnone"), Not(HasSubstr("\x1b"))));
}

TEST_F(Transcoding, DoesNotRepeatWhatIsDoneAndNamesWhatFails) {
  make("videos/a.mp4");
  make("videos/a.mkv");
  write("videos/b.mp4", "hello");
  const HostRun first = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(first.code, 4);
  EXPECT_THAT(first.out, AllOf(HasSubstr("b.mp4: is not a video"), HasSubstr("3 files: 2 copies in"),
                               HasSubstr("(0 were there), 1 failed")));
  const auto made = std::filesystem::last_write_time(folder_ / "small/a.mp4");
  EXPECT_THAT(data({"transcode", path("videos"), path("small")}).out, HasSubstr("(2 were there)"));
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / "small/a.mp4"), made);
  make("videos/a.mkv", {.frames = 11});
  EXPECT_THAT(data({"transcode", path("videos"), path("small")}).out, HasSubstr("(1 were there)"));
  EXPECT_EQ(video::index_video(folder_ / "small/a.mkv.mp4")->frames(), 11);
}

TEST_F(Transcoding, NamesCopiesWhoseVideosAreGone) {
  make("videos/run/a.mp4");
  make("videos/jump/b.mp4");
  EXPECT_THAT(data({"transcode", path("videos"), path("small")}).err, Not(HasSubstr("of an earlier call")));
  std::filesystem::rename(folder_ / "videos/jump/b.mp4", folder_ / "videos/run/b.mp4");
  const HostRun run = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, AllOf(HasSubstr("1 file in"),
                             HasSubstr("remove what is not wanted, such as " + path("small/jump/b.mp4"))));
}

TEST_F(Transcoding, IsOfOneProcessAtATime) {
  make("videos/a.mp4");
  const WrittenFolder lock(path("small"));
  const HostRun run = data({"transcode", path("videos"), path("small")});
  EXPECT_EQ(run.code, 8);
  EXPECT_THAT(run.err, HasSubstr("small is being written by another process: wait for it"));
}

}  // namespace
}  // namespace pgt::data
