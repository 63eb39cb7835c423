// Networks from Python: those of docs/bring-a-model.md.

#include <gmock/gmock.h>

#include <cstdlib>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::HasSubstr;

class ExportedJourney : public Journey {
 protected:
  /// Runs the page's Python in the test's folder. False where there is no torch, with the reason in `reason_`.
  bool run_page() {
    const char* set = std::getenv("PYTHONPATH");
    setenv("PYTHONPATH", set != nullptr ? set : PGT_PYTHON_PATH, 1);
    const HostRun run =
        plugin::run_program({"/bin/sh", "-c",
                             "cd '" + folder_.string() + "' && '" PGT_PYTHON "' '" + PGT_SOURCE_DIR +
                                 "/tests/journey/run_page.py' '" + PGT_SOURCE_DIR + "/docs/bring-a-model.md'"});
    reason_ = run.out;
    if (run.code == 77) return false;
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    return true;
  }
  /// A run file that trains the program, with steps that share no frames.
  void write_run_file(const std::string& program) const {
    write("run.toml", "[model]\nuse = \"exported\"\nfile = \"" + program +
                          "\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"pgt\"\nsteps = 4\n"
                          "overlap = 0\n[data]\nsize = 16\nthreads = 1\n[train]\nepochs = 2\nbatch_size = 4\n"
                          "threads = 1\ndevice = \"" +
                          device() + "\"\n");
  }
  std::string reason_;
};

TEST_F(ExportedJourney, ThePagesNetworksAreTrained) {
  if (!run_page()) GTEST_SKIP() << reason_;
  for (const std::string program : {"net.pt", "recurrent.pt"}) {
    write_run_file(program);
    const HostRun check = plugin::run_host({"check", (folder_ / "run.toml").string()});
    EXPECT_EQ(check.code, 0) << check.err;
    const HostRun run = train(program + "-runs");
    ASSERT_EQ(run.code, 0) << run.err;
    ASSERT_EQ(train(program + "-again").code, 0);
    expect_same_end(run_in(program + "-runs"), run_in(program + "-again"));
    const HostRun eval = plugin::run_host({"eval", run_in(program + "-runs").string()});
    EXPECT_EQ(eval.code, 0) << eval.err;
  }
}

TEST_F(ExportedJourney, AProgramWithACarryIsTrainedOverWholeVideos) {
  ASSERT_EQ(plugin::run_program({PGT_MAKE_PROGRAM, (folder_ / "net.pt").string()}).code, 0);
  write_run_file("net.pt");
  const HostRun run = train("runs", {"schedule.steps=all"});
  ASSERT_EQ(run.code, 0) << run.err;
  const HostRun eval = plugin::run_host({"eval", run_in("runs").string()});
  EXPECT_EQ(eval.code, 0) << eval.err;
}

TEST_F(ExportedJourney, AProgramThatIsNotThereIsNamed) {
  write_run_file("none.pt");
  const HostRun run = train("runs");
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("none.pt\" is not a file"));
}

}  // namespace
}  // namespace pgt::journey
