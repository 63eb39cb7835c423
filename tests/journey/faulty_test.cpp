// Backbones that load well and go wrong at work: named, recorded, and no harm to others.

#include <gmock/gmock.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Faulty : public Journey {
 protected:
  Faulty() {
    folder_with(
        {"crashes_at_load", "exits_in_forward", "no_entry", "state_in_member", "throws_in_forward", "wrong_shape"},
        "plugins");
    for (const fs::directory_entry& entry : fs::directory_iterator(PGT_BUILD_DIR "/plugins")) {
      if (entry.path().extension() == ".so") fs::copy_file(entry.path(), plugins_ / entry.path().filename());
    }
    write("faulty.toml",
          "[model]\nuse = \"BACKBONE\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = \"pgt\"\n"
          "steps = 4\n[data]\nsize = 16\nthreads = 1\n[train]\nepochs = 1\nthreads = 1\n");
  }

  HostRun host(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--plugins", plugins_.string()});
    return plugin::run_host(std::move(arguments));
  }

  HostRun host_with(const std::string& verb, const std::string& backbone) const {
    return host({verb, (folder_ / "faulty.toml").string(), "--set", "model.use=" + backbone, "--set",
                 "run.root=" + (folder_ / backbone).string()});
  }

  /// Trains; the run must fail and say so. What it says.
  std::string failure(const std::string& backbone) const {
    const fs::path run = folder_ / backbone / "faulty-001";
    const HostRun trained = host_with("train", backbone);
    EXPECT_EQ(trained.code, 5);
    EXPECT_EQ(status_of(run, "status"), "failed");
    EXPECT_EQ(status_of(run, "exit_code"), "5");
    EXPECT_THAT(trained.err, HasSubstr(status_of(run, "message")));
    EXPECT_THAT(trained.err, HasSubstr("org.pgt.test." + backbone));
    return status_of(run, "message");
  }

  const fs::path plugins_ = folder_ / "plugins";
};

TEST_F(Faulty, ThrowingInForwardIsReportedWithItsWords) {
  EXPECT_THAT(failure("throws_in_forward"), AllOf(HasSubstr("org.pgt.test.throws_in_forward"), HasSubstr("forward"),
                                                  HasSubstr("the network is on strike")));
}

TEST_F(Faulty, CallingExitIsReported) {
  EXPECT_THAT(failure("exits_in_forward"),
              HasSubstr("plugin org.pgt.test.exits_in_forward, Backbone::forward: called exit()"));
}

TEST_F(Faulty, ScoresOfAWrongShapeAreReported) {
  EXPECT_THAT(failure("wrong_shape"),
              AllOf(HasSubstr("org.pgt.test.wrong_shape"), HasSubstr("gave shape [8, 6]"), HasSubstr("(8, P, 6)")));
}

TEST_F(Faulty, StateInAMemberIsFoundByCheck) {
  const HostRun check = host_with("check", "state_in_member");
  EXPECT_EQ(check.code, 5);
  EXPECT_THAT(check.err,
              AllOf(HasSubstr("org.pgt.test.state_in_member"), HasSubstr("when a second video runs in between")));
}

TEST_F(Faulty, OnesInTheFolderDoNotHinderOthers) {
  const HostRun list = host({"plugins"});
  EXPECT_EQ(list.code, 0);
  for (const std::string name : {"slow", "folder", "list", "clip", "pgt", "throws_in_forward", "wrong_shape"}) {
    EXPECT_THAT(list.out, HasSubstr("\n" + name + " "));
  }
  for (const std::string name : {"crashes_at_load", "no_entry"}) {
    EXPECT_THAT(list.out, HasSubstr("left out: " + (plugins_ / (name + ".so")).string() + ": "));
  }

  std::vector<std::string> command = training("runs", {"train.epochs=1"});
  command.erase(command.begin());
  const HostRun trained = host(command);
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(status_of(run_in("runs"), "status"), "finished");
}

}  // namespace
}  // namespace pgt::journey
