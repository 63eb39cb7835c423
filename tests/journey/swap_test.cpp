// Another backbone, another schedule: words of the run file, and a library in a folder.

#include <gmock/gmock.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Swap : public Journey {
 protected:
  Swap() { fs::create_directory(plugins_); }

  /// A run file that says nothing but which plugins, and what all backbones and schedules know.
  void use(const std::string& backbone, const std::string& schedule) const {
    write("run.toml", "[model]\nuse = \"" + backbone +
                          "\"\nwidth = 4\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"" +
                          schedule + "\"\n[data]\nsize = 32\nthreads = 1\n[train]\nepochs = 1\nthreads = 1\n");
  }

  /// The host with its own plugins and those of the folder.
  HostRun host(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--plugins", PGT_BUILD_DIR "/plugins", "--plugins", plugins_.string()});
    return plugin::run_host(std::move(arguments));
  }

  HostRun trained(const std::string& root) const {
    return host({(folder_ / "run.toml").string(), "--set", "run.root=" + (folder_ / root).string()});
  }

  const fs::path plugins_ = folder_ / "more";
};

TEST_F(Swap, AnyBackboneTrainsWithAnySchedule) {
  fs::copy_file(fs::path(PGT_MORE_PLUGINS) / "minimal_backbone.so", plugins_ / "minimal_backbone.so");
  for (const std::string backbone : {"slow", "minimal_backbone"}) {
    for (const std::string schedule : {"pgt", "clip"}) {
      use(backbone, schedule);
      const std::string root = backbone + "-" + schedule;
      const HostRun run = trained(root);
      ASSERT_EQ(run.code, 0) << root << ": " << run.err;
      EXPECT_THAT(text_of(run_in(root) / "train.log"),
                  AllOf(HasSubstr("model " + backbone + " "), HasSubstr("schedule " + schedule)));
      EXPECT_THAT(text_of(run_in(root) / "metrics.jsonl"), HasSubstr("\"event\":\"val_epoch\""));
      EXPECT_TRUE(fs::exists(run_in(root) / "checkpoints" / "last.safetensors"));
    }
  }
}

TEST_F(Swap, ALibraryPutIntoAFolderIsThere) {
  use("slow", "good");
  EXPECT_THAT(host({"plugins"}).out, Not(HasSubstr("org.pgt.test.good")));
  const HostRun before = trained("before");
  EXPECT_EQ(before.code, 3);
  EXPECT_THAT(before.err, HasSubstr("run.toml:8:7: error: "));

  fs::copy_file(plugin::faulty("good"), plugins_ / "good.so");
  EXPECT_THAT(host({"plugins"}).out, HasSubstr("org.pgt.test.good"));
  const HostRun after = trained("after");
  EXPECT_EQ(after.code, 0) << after.err;
  EXPECT_THAT(text_of(run_in("after") / "plugins.json"), HasSubstr((plugins_ / "good.so").string()));
}

TEST_F(Swap, ARunSaysWhichPluginItMisses) {
  fs::copy_file(plugin::faulty("good"), plugins_ / "good.so");
  use("slow", "good");
  ASSERT_EQ(trained("runs").code, 0);
  fs::remove(plugins_ / "good.so");
  const HostRun eval = host({"eval", run_in("runs").string()});
  EXPECT_EQ(eval.code, 3);
  EXPECT_THAT(eval.err, HasSubstr("\"good\""));
}

}  // namespace
}  // namespace pgt::journey
