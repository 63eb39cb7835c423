// Whatever backbones there are, with whatever they default to.

#include <gmock/gmock.h>

#include <sstream>

#include "journey.hpp"

namespace pgt::journey {
namespace {

/// The names in a table of `pgt-host plugins` whose kind is "backbone".
std::vector<std::string> backbones_of(const std::string& table) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(table)) {
    std::istringstream words(line);
    std::string name, kind;
    if (words >> name >> kind && kind == "backbone") names.push_back(name);
  }
  return names;
}

TEST_F(Journey, SlowEveryBackboneTrainsAnIterationWithEverySchedule) {
  make_videos("few", 12, 36, 1);
  const std::vector<std::string> names = backbones_of(plugin::run_host({"plugins"}).out);
  ASSERT_EQ(plugin::run_program({PGT_MAKE_PROGRAM, (folder_ / "net.pt").string()}).code, 0);
  ASSERT_THAT(names,
              testing::IsSupersetOf({"c2d", "exported", "i3d", "r3d", "regnet", "slow", "slowfast", "vit", "x3d"}));
  for (const std::string& name : names) {
    for (const std::string schedule : {"use = \"clip\"\nframes = 4\n", "use = \"pgt\"\nsteps = 2\nstep_length = 4\n",
                                       "use = \"pgt\"\nsteps = 2\nstep_length = 4\ndetach = false\n"}) {
      SCOPED_TRACE(name + ": " + schedule);
      const std::string file = name == "exported" ? "file = \"net.pt\"\n" : "";
      write("run.toml", "[model]\nuse = \"" + name + "\"\n" + file +
                            "[dataset]\nuse = \"folder\"\nroot = \"few\"\n[schedule]\n" + schedule +
                            "[data]\nsize = 32\nthreads = 1\n[train]\nepochs = 1\nbatch_size = 6\nthreads = 1\n"
                            "device = \"" +
                            device() + "\"\n");
      const HostRun check = plugin::run_host({"check", (folder_ / "run.toml").string()});
      EXPECT_EQ(check.code, 0) << check.err;
      const HostRun run = train("runs");
      EXPECT_EQ(run.code, 0) << run.err;
      EXPECT_THAT(text_of(run_in("runs") / "metrics.jsonl"), testing::HasSubstr("\"event\":\"val_epoch\""));
      fs::remove_all(folder_ / "runs");
    }
  }
}

}  // namespace
}  // namespace pgt::journey
