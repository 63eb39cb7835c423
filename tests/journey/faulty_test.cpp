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
    folder_with({"crashes_at_load", "exits_in_forward", "no_entry", "not_finite", "state_in_member",
                 "throws_in_forward", "wrong_shape"},
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
  EXPECT_THAT(failure("throws_in_forward"),
              AllOf(HasSubstr("model \"throws_in_forward\", epoch 1, iteration 1 of the training, step 1: plugin "
                              "org.pgt.test.throws_in_forward, Backbone::forward: "),
                    HasSubstr("the network is on strike (docs/debug-a-plugin.md)")));
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

// 18 videos in batches of 4: the last of each epoch is of 2, which this network does not bear.
TEST_F(Faulty, UpdatesThatAreNotFiniteAreSkippedCountedAndNamed) {
  const std::vector<std::string> settings{"--set", "train.batch_size=4", "--set", "train.epochs=3"};
  const auto training = [&](std::vector<std::string> more) {
    std::vector<std::string> command{(folder_ / "faulty.toml").string(), "--set", "model.use=not_finite", "--set",
                                     "run.root=" + (folder_ / "nan").string()};
    command.insert(command.end(), settings.begin(), settings.end());
    command.insert(command.end(), more.begin(), more.end());
    return host(command);
  };
  const fs::path run = folder_ / "nan" / "faulty-001";
  const HostRun trained = training({});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(status_of(run, "skipped_updates"), "3");
  EXPECT_THAT(trained.err, AllOf(HasSubstr("iter 5/5  update skipped: the loss of step 1 is not finite; the batch's "
                                           "videos: " +
                                           (folder_ / "videos" / "train").string()),
                                 HasSubstr("3 updates were skipped")));
  const std::string metrics = text_of(run / "metrics.jsonl");
  EXPECT_THAT(metrics, HasSubstr("\"grad_norm\":null,\"skipped\":1"));

  const HostRun stopped = training({"--set", "train.batch_size=3", "--set", "train.max_skipped=2"});
  EXPECT_EQ(stopped.code, 7);
  const fs::path other = folder_ / "nan" / "faulty-002";
  EXPECT_THAT(status_of(other, "message"),
              AllOf(HasSubstr("2 updates in a row were skipped"), HasSubstr((folder_ / "videos" / "train").string())));
  EXPECT_EQ(status_of(other, "skipped_updates"), "2");
  const HostRun epoch = training({"--set", "train.batch_size=3"});
  EXPECT_EQ(epoch.code, 7) << "an epoch in which nothing was learned";
  EXPECT_THAT(epoch.err, HasSubstr("no loss of epoch 1 is finite"));
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
