#include "run/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(RunFolder, NumbersGoOnAfterTheHighest) {
  const Scratch scratch;
  EXPECT_EQ(make_run_folder(scratch / "runs", "gym"), scratch / "runs" / "gym-001");
  EXPECT_EQ(make_run_folder(scratch / "runs", "gym"), scratch / "runs" / "gym-002");
  fs::create_directories(scratch / "runs" / "gym-041");
  fs::create_directories(scratch / "runs" / "gym-x99");
  fs::create_directories(scratch / "runs" / "gym-two-077");
  EXPECT_EQ(make_run_folder(scratch / "runs", "gym"), scratch / "runs" / "gym-042");
  EXPECT_EQ(make_run_folder(scratch / "runs", "gym-two"), scratch / "runs" / "gym-two-078");
  fs::create_directories(scratch / "runs" / "gym-999");
  EXPECT_EQ(make_run_folder(scratch / "runs", "gym"), scratch / "runs" / "gym-1000");
  EXPECT_TRUE(fs::is_directory(scratch / "runs" / "gym-001" / "checkpoints"));
}

TEST(RunFolder, IsNeverSharedByTwoThatStartTogether) {
  const Scratch scratch;
  std::vector<fs::path> made(8);
  {
    std::vector<std::jthread> threads;
    for (fs::path& folder : made) threads.emplace_back([&] { folder = make_run_folder(scratch.path(), "race"); });
  }
  EXPECT_EQ(std::set<fs::path>(made.begin(), made.end()).size(), made.size());
}

TEST(RunFolder, RefusesNamesThatAreNoFileNames) {
  const Scratch scratch;
  for (const char* name : {"", ".", "..", "a/b"}) {
    try {
      make_run_folder(scratch.path(), name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::config);
      EXPECT_THAT(error.what(), HasSubstr("run.name"));
    }
  }
}

TEST(RunFolder, NamesTheFolderThatCannotBeMade) {
  const Scratch scratch;
  std::ofstream(scratch / "file") << "x";
  try {
    make_run_folder(scratch / "file" / "runs", "gym");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), HasSubstr((scratch / "file" / "runs").string()));
  }
}

TEST(LatestLink, FollowsTheNewestRunAndIsRelative) {
  const Scratch scratch;
  for (const char* expected : {"gym-001", "gym-002"}) {
    EXPECT_TRUE(point_link_at(make_run_folder(scratch.path(), "gym"), "latest"));
    EXPECT_EQ(fs::read_symlink(scratch / "latest"), expected);
  }
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scratch.path())) ++entries;
  EXPECT_EQ(entries, 3U) << "nothing temporary is left";
}

TEST(LatestLink, LeavesWhatIsNoLinkAlone) {
  const Scratch scratch;
  std::ofstream(scratch / "latest") << "mine";
  EXPECT_FALSE(point_link_at(make_run_folder(scratch.path(), "gym"), "latest"));
  EXPECT_TRUE(fs::is_regular_file(scratch / "latest"));
}

TEST(OpenRunFolder, FollowsTheLinkAndWantsTheRunsConfiguration) {
  const Scratch scratch;
  const fs::path folder = make_run_folder(scratch.path(), "gym");
  point_link_at(folder, "latest");
  EXPECT_THROW(open_run_folder(scratch / "latest"), Error);
  std::ofstream(folder / "config.resolved.toml") << "";
  EXPECT_EQ(open_run_folder(scratch / "latest"), fs::canonical(folder));
  EXPECT_THROW(open_run_folder(scratch / "gym-002"), Error);
}

}  // namespace
}  // namespace pgt::run
