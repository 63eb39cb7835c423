#include "base/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <thread>

#include "base/error.hpp"

namespace pgt {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class File : public ::testing::Test {
 protected:
  File() {
    std::string name = (fs::temp_directory_path() / "pgt-file-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~File() override { fs::remove_all(folder); }

  std::ptrdiff_t count() const { return std::distance(fs::directory_iterator(folder), fs::directory_iterator()); }
  static mode_t mode(const fs::path& path) {
    struct stat status {};
    ::stat(path.c_str(), &status);
    return status.st_mode & 0777;
  }

  fs::path folder;
};

TEST_F(File, HoldsThePartsInOrder) {
  const std::array<std::string_view, 3> parts{"one ", std::string_view("\0two", 4), " three"};
  write_file_atomically(folder / "a", parts);
  EXPECT_EQ(read_file(folder / "a"), std::string("one \0two three", 14));
  EXPECT_EQ(count(), 1);
}

TEST_F(File, ReplacesWhatWasThere) {
  write_file_atomically(folder / "a", std::string(100'000, 'x'));
  write_file_atomically(folder / "a", "short");
  EXPECT_EQ(read_file(folder / "a"), "short");
  EXPECT_EQ(count(), 1);
}

TEST_F(File, KeepsThePermissionsOfWhatItReplaces) {
  write_file_atomically(folder / "a", "1");
  EXPECT_EQ(mode(folder / "a") & 0600, 0600U);
  EXPECT_EQ(mode(folder / "a") & 0111, 0U);
  fs::permissions(folder / "a", fs::perms::owner_read | fs::perms::owner_write);
  write_file_atomically(folder / "a", "2");
  EXPECT_EQ(mode(folder / "a"), 0600U);
}

TEST_F(File, LeavesNothingBehindWhereTheFolderIsMissing) {
  try {
    write_file_atomically(folder / "missing" / "a", "x");
    FAIL() << "wrote into a folder that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), HasSubstr((folder / "missing" / "a").string()));
    EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
  }
  EXPECT_EQ(count(), 0);
}

TEST_F(File, RemovesTheTemporaryWhereTheRenameFails) {
  fs::create_directories(folder / "a" / "full");
  EXPECT_THROW(write_file_atomically(folder / "a", "x"), Error);
  EXPECT_EQ(count(), 1);
  EXPECT_TRUE(fs::is_directory(folder / "a"));
}

TEST_F(File, IsAlwaysOneWritersWhole) {
  const auto write = [&](char letter) {
    for (int i = 0; i < 20; ++i) write_file_atomically(folder / "a", std::string(10'000, letter));
  };
  std::thread other(write, 'a');
  write('b');
  other.join();
  const std::string content = read_file(folder / "a");
  EXPECT_EQ(content, std::string(10'000, content.front()));
  EXPECT_EQ(count(), 1);
}

TEST_F(File, IsNamedWhereItCannotBeRead) {
  try {
    read_file(folder / "absent");
    FAIL() << "read a file that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_EQ(std::string(error.what()), "cannot read " + (folder / "absent").string() + ": No such file or directory");
  }
  EXPECT_THROW(read_file(folder), Error);
}

TEST_F(File, AnOutputFollowsLinksAndLeavesThemWhatTheyAre) {
  fs::create_directory(folder / "there");
  write_file_atomically(folder / "there" / "old", "old");
  fs::create_symlink("there/old", folder / "link");
  fs::create_symlink("link", folder / "link to link");
  write_output(folder / "link to link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link to link") && fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "there" / "old"), "new");

  fs::create_symlink(folder / "there" / "not yet", folder / "ahead");
  write_output(folder / "ahead", "first");
  EXPECT_EQ(read_file(folder / "there" / "not yet"), "first");
}

TEST_F(File, AnOutputIsNoneOfTheInputs) {
  const fs::path input = folder / "in.mp4";
  write_file_atomically(input, "a video");
  fs::create_symlink("in.mp4", folder / "link");
  fs::create_hard_link(input, folder / "second");
  for (const fs::path& same : {input, folder / "." / "in.mp4", folder / "link", folder / "second"}) {
    EXPECT_THROW(check_output_is_not(same, input), Error) << same;
    EXPECT_THROW(check_output_is_not(input, same), Error) << same;
  }
  EXPECT_THROW(check_output_is_not(input, input / "member.mp4"), Error) << "of an archive";
  EXPECT_NO_THROW(check_output_is_not(folder / "out.csv", input));
  EXPECT_NO_THROW(check_output_is_not(input, folder / "none.mp4"));
  EXPECT_NO_THROW(check_output_is_not("/dev/stdout", input));
  EXPECT_NO_THROW(check_output_is_not(input, "")) << "of an option that was not given";
}

TEST_F(File, ReadsNoMoreThanItMay) {
  write_file_atomically(folder / "four", "four");
  EXPECT_EQ(read_file(folder / "four", 4), "four");
  EXPECT_THROW(read_file(folder / "four", 3), Error);
  EXPECT_THROW(read_file("/dev/zero", 1 << 20), Error) << "which has no end";
}

TEST_F(File, AnOutputGoesIntoAPipe) {
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  check_output(pipe);
  std::string got;
  std::thread reader([&] { got = read_file(pipe); });
  write_output(pipe, "through");
  reader.join();
  EXPECT_EQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(File, AnOutputGoesIntoADevice) {
  write_output("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(write_output("/dev/full", "no room"), Error);
}

TEST_F(File, AnOutputGoesIntoAnOpenFileAndNotAnotherOfItsName) {
  std::FILE* open = std::fopen((folder / "open").c_str(), "w");
  ASSERT_NE(open, nullptr);
  struct stat before {};
  struct stat after {};
  ::fstat(::fileno(open), &before);
  write_output("/proc/self/fd/" + std::to_string(::fileno(open)), "by number");
  ::stat((folder / "open").c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(read_file(folder / "open"), "by number");
  std::fclose(open);
}

TEST_F(File, AnOutputIsRefusedBeforeTheWork) {
  check_output(folder / "new");
  check_output("/dev/null");
  EXPECT_EQ(count(), 0);
  for (const fs::path& place : {folder / "none" / "said.csv", folder}) {
    try {
      check_output(place);
      ADD_FAILURE() << place;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::io);
      EXPECT_THAT(error.what(), HasSubstr("cannot write to " + place.string()));
    }
  }
}

TEST(CacheFolder, IsChosenByTheEnvironment) {
  setenv("PGT_CACHE_DIR", "/a", 1);
  setenv("XDG_CACHE_HOME", "/b", 1);
  setenv("HOME", "/c", 1);
  EXPECT_EQ(cache_folder(), "/a");
  unsetenv("PGT_CACHE_DIR");
  EXPECT_EQ(cache_folder(), "/b/pgt-host");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(cache_folder(), "/c/.cache/pgt-host");
  unsetenv("HOME");
  EXPECT_EQ(cache_folder(), "");
}

TEST_F(File, ThatAUserNamesIsRefusedWithTheReason) {
  const auto refusal = [](const fs::path& path) {
    try {
      require_file(path, ExitCode::usage);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      return std::string(error.what());
    }
    return std::string("it may be read");
  };
  write_file_atomically(folder / "a", "1");
  EXPECT_EQ(refusal(folder / "a"), "it may be read");
  EXPECT_THAT(refusal(folder / "none"), HasSubstr("none: no such file"));
  EXPECT_THAT(refusal(folder / "a" / "b"), HasSubstr("b: no such file"));
  EXPECT_THAT(refusal(folder), HasSubstr("is a folder, not a file"));
}

}  // namespace
}  // namespace pgt
