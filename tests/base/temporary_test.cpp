#include "base/temporary.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace pgt {
namespace {

namespace fs = std::filesystem;

/// The number of a process that has ended.
pid_t ended_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST(Temporaries, OfProcessesThatHaveEndedAreRemoved) {
  const fs::path folder = fs::path(testing::TempDir()) / ("temporaries_" + std::to_string(::getpid()));
  fs::create_directories(folder / "inner");
  const std::string gone = ".tmp-" + std::to_string(ended_process());
  const std::string running = "a.tmp-" + std::to_string(::getppid()) + "-0";
  for (const std::string& name : {"a" + gone + "-0", "inner/b" + gone + "-17", running, "kept" + gone,
                                  "kept" + gone + "-x", std::string("kept.tmp-"), "kept" + gone + "-1.csv"}) {
    std::ofstream(folder / name) << "x";
  }
  fs::create_symlink("nowhere", folder / ("link" + gone + "-3"));
  std::ofstream(temporary_name(folder / "own")) << "x";

  remove_temporaries(folder, false);
  EXPECT_FALSE(fs::exists(folder / ("a" + gone + "-0")));
  EXPECT_FALSE(fs::is_symlink(folder / ("link" + gone + "-3")));
  EXPECT_TRUE(fs::exists(folder / ("inner/b" + gone + "-17")));
  EXPECT_TRUE(fs::exists(folder / running));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 6) << "inner, the running one's, four other names";
  remove_temporaries(folder, true);
  EXPECT_TRUE(fs::is_empty(folder / "inner"));
  remove_temporaries(folder / "none", true);
  fs::remove_all(folder);
}

/// On another machine, or in another container, the number of a writer says nothing.
TEST(Temporaries, ThatAreHeldAreLeftAlone) {
  const fs::path folder = fs::path(testing::TempDir()) / ("held_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const fs::path held = folder / ("a.tmp-" + std::to_string(ended_process()) + "-0");
  const int file = ::open(held.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  hold_temporary(file);
  remove_temporaries(folder, false);
  EXPECT_TRUE(fs::exists(held));
  ::close(file);
  remove_temporaries(folder, false);
  EXPECT_FALSE(fs::exists(held));
  fs::remove_all(folder);
}

TEST(Temporaries, HaveANameOfTheirOwn) {
  const fs::path first = temporary_name("/a/b.csv"), second = temporary_name("/a/b.csv");
  EXPECT_EQ(first.parent_path(), "/a");
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace pgt
