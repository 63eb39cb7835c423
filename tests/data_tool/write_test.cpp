#include "write.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/file.hpp"
#include "paint.hpp"
#include "video/reader.hpp"

namespace pgt::synth {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

OrderOptions small() {
  OrderOptions options;
  options.videos = 12;
  return options;
}

/// Path to content, of every file below the folder.
std::map<std::string, std::string> content(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = read_file(entry.path());
  }
  return files;
}

class WriteOrder : public testing::Test {
 protected:
  WriteOrder() {
    std::string name = (fs::temp_directory_path() / "pgt-synth-XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  ~WriteOrder() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  std::string error_of(const OrderOptions& options, const fs::path& folder) {
    try {
      write_order(options, folder);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::io);
      return error.what();
    }
    return "";
  }
  /// Exit code of pgt-data with these arguments.
  int tool(const std::string& arguments) {
    const std::string command =
        std::string("'") + PGT_DATA + "' " + arguments + " >" + (root_ / "said").string() + " 2>&1";
    return WEXITSTATUS(std::system(command.c_str()));
  }
  std::string said() { return read_file(root_ / "said"); }

  fs::path root_;
};

TEST_F(WriteOrder, GivesTheSameBytesForTheSameSeed) {
  ASSERT_EQ(write_order(small(), root_ / "a"), Outcome::written);
  ASSERT_EQ(write_order(small(), root_ / "b"), Outcome::written);
  EXPECT_EQ(content(root_ / "a").size(), 13U);
  EXPECT_EQ(content(root_ / "a"), content(root_ / "b"));

  OrderOptions other = small();
  other.seed = 1;
  write_order(other, root_ / "c");
  EXPECT_NE(content(root_ / "a"), content(root_ / "c"));
}

TEST_F(WriteOrder, MakesVideosThatShowTheirEvents) {
  OrderOptions options = small();
  options.width = 48;
  options.fps = 10;
  write_order(options, root_ / "a/");
  for (std::int64_t i = 0; i < options.videos; ++i) {
    const Film film = plan_film(options, i);
    const auto index = video::index_video(root_ / "a" / film.file);
    ASSERT_EQ(index->frames(), options.frames);
    EXPECT_EQ(index->width, 48);
    EXPECT_EQ(index->height, 32);
    EXPECT_DOUBLE_EQ(index->seconds(25), 2.5);

    video::Reader reader(index);
    const Painter painter(options, film);
    Picture picture(options.width, options.height);
    for (const Event& event : film.events) {
      const std::int64_t frame = event.begin + event.frames / 2;
      painter.paint(frame, picture);
      const std::string decoded = reader.read_stored(frame).planes;
      ASSERT_EQ(decoded.size(), picture.luma.size() * 3 / 2);
      double wrong = 0;
      for (std::size_t p = 0; p < picture.luma.size(); ++p) {
        wrong += std::abs(static_cast<double>(static_cast<std::uint8_t>(decoded[p])) - picture.luma[p]);
      }
      EXPECT_LT(wrong / static_cast<double>(picture.luma.size()), 3) << film.file << " frame " << frame;
    }
  }
}

TEST_F(WriteOrder, LeavesTheSameDataSetAsItIs) {
  write_order(small(), root_ / "a");
  const auto before = fs::last_write_time(root_ / "a" / "synth.json");
  EXPECT_EQ(write_order(small(), root_ / "a"), Outcome::already_there);
  EXPECT_EQ(fs::last_write_time(root_ / "a" / "synth.json"), before);
}

TEST_F(WriteOrder, RefusesAFolderThatHoldsAnythingElse) {
  fs::create_directory(root_ / "mine");
  std::ofstream(root_ / "mine" / "thesis.txt") << "do not lose";
  EXPECT_THAT(error_of(small(), root_ / "mine"), HasSubstr("not empty"));
  EXPECT_EQ(read_file(root_ / "mine" / "thesis.txt"), "do not lose");
  EXPECT_THAT(error_of(small(), root_ / "mine" / "thesis.txt"), HasSubstr("thesis.txt"));

  write_order(small(), root_ / "a");
  OrderOptions other = small();
  other.fps = 30;
  EXPECT_THAT(error_of(other, root_ / "a"), HasSubstr("fps is 25, not 30"));
  other = small();
  other.gap = 2;
  EXPECT_THAT(error_of(other, root_ / "a"), HasSubstr("gap is null, not 2"));
  write_order(other, root_ / "b");
  EXPECT_THAT(error_of(small(), root_ / "b"), HasSubstr("gap is 2, not null"));
  fs::remove(root_ / "a" / plan_film(small(), 3).file);
  EXPECT_THAT(error_of(small(), root_ / "a"), HasSubstr("lacks 1 of its 12 videos"));
}

TEST_F(WriteOrder, TakesAnEmptyFolderAndClearsWhatACutOffRunLeft) {
  fs::create_directory(root_ / "a");
  fs::create_directories(root_ / ".a.partial" / "train" / "junk");
  EXPECT_EQ(write_order(small(), root_ / "a"), Outcome::written);
  EXPECT_FALSE(fs::exists(root_ / "a" / "train" / "junk"));
  EXPECT_FALSE(fs::exists(root_ / ".a.partial"));
}

TEST_F(WriteOrder, LeavesAFolderToTheProcessThatWritesIt) {
  fs::create_directories(root_ / ".a.partial");
  const int folder = ::open((root_ / ".a.partial").c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(folder, LOCK_EX), 0);
  EXPECT_THAT(error_of(small(), root_ / "a"), HasSubstr("is being written by another process"));
  ::close(folder);
  EXPECT_EQ(write_order(small(), root_ / "a"), Outcome::written);
}

TEST_F(WriteOrder, AnswersTheCommandLineWithExitCodes) {
  const std::string out = " --out " + (root_ / "a").string();
  EXPECT_EQ(tool("--help"), 0);
  EXPECT_THAT(said(), HasSubstr("synth"));
  EXPECT_EQ(tool(""), 2);
  EXPECT_EQ(tool("synth chaos"), 2);
  EXPECT_EQ(tool("synth order"), 2);
  EXPECT_EQ(tool("synth order --size 12x" + out), 2);
  EXPECT_THAT(said(), HasSubstr("--size"));
  EXPECT_EQ(tool("synth order --kinds 1" + out), 2);
  EXPECT_EQ(tool("synth order --videos 12 --size 40x24" + out), 0);
  EXPECT_THAT(said(), HasSubstr("12 videos of 50 frames in 6 classes: 6 to train, 6 to validate"));
  EXPECT_THAT(said(),
              HasSubstr("only single clips of 8 frames, however many, can classify at most 50.0 % of the videos"));
  EXPECT_EQ(tool("synth order --videos 12 --size 40x24" + out), 0);
  EXPECT_THAT(said(), HasSubstr("already"));
  EXPECT_EQ(tool("synth order --videos 13" + out), 8);
}

}  // namespace
}  // namespace pgt::synth
