// Optimizers and frozen parameters, in whole runs.

#include <gmock/gmock.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Optimizers : public Journey, public ::testing::WithParamInterface<const char*> {};

/// The policy does not know how long the training is.
TEST_P(Optimizers, ResumeToTheSameBits) {
  const std::vector<std::string> settings{std::string("train.optimizer=") + GetParam(), "train.learning_rate=0.002",
                                          "train.policy=constant"};
  ASSERT_EQ(train("straight", settings).code, 0);
  std::vector<std::string> shorter = settings;
  shorter.push_back("train.epochs=1");
  ASSERT_EQ(train("resumed", shorter).code, 0);
  const HostRun rest = plugin::run_host({"resume", run_in("resumed").string(), "--set", "train.epochs=2"});
  ASSERT_EQ(rest.code, 0) << rest.err;
  expect_same_end(run_in("straight"), run_in("resumed"));
}

INSTANTIATE_TEST_SUITE_P(All, Optimizers, ::testing::Values("sgd", "adam", "adamw", "lars"),
                         [](const auto& info) { return info.param; });

TEST_F(Journey, ResumesWithAnotherOptimizer) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  const HostRun rest = plugin::run_host({"resume", run_in("runs").string(), "--set", "train.epochs=2", "--set",
                                         "train.optimizer=adamw", "--set", "train.learning_rate=0.001"});
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), HasSubstr("optimizer adamw, learning rate 0.001, cosine"));
}

TEST_F(Journey, LeavesFrozenPartsAsTheyAre) {
  const std::vector<std::string> batch_norm{"model.norm=batch", "train.epochs=1"};
  std::vector<std::string> frozen = batch_norm, still = batch_norm;
  frozen.push_back("train.freeze=[\"s1\", \"s2.*\"]");
  still.push_back("train.learning_rate=0");
  ASSERT_EQ(train("frozen", frozen).code, 0);
  ASSERT_EQ(train("still", still).code, 0);
  EXPECT_THAT(text_of(run_in("frozen") / "train.log"), HasSubstr("frozen s1, s2.*: "));
  const auto after = last_tensors(run_in("frozen")), before = last_tensors(run_in("still"));
  int compared = 0;
  for (const auto& [name, bytes] : before) {
    if (name.ends_with("num_batches_tracked") || !name.starts_with("model/")) continue;
    const bool is_frozen = name.starts_with("model/s1.") || name.starts_with("model/s2.");
    const bool statistic = name.find(".running_") != std::string::npos;
    const std::string& now = after.at(name);
    if (statistic && is_frozen) {  // as the network was made: 0 and 1
      const float fresh = name.ends_with("running_var") ? 1 : 0;
      EXPECT_EQ(std::string(reinterpret_cast<const char*>(&fresh), sizeof fresh), now.substr(0, sizeof fresh)) << name;
    } else {
      EXPECT_EQ(now == bytes, is_frozen) << name;
    }
    ++compared;
  }
  EXPECT_GT(compared, 20);
  for (const auto& [name, bytes] : after) EXPECT_FALSE(name.starts_with("momentum/s1.")) << name;
}

TEST_F(Journey, ChecksWhatIsFrozen) {
  const auto check = [&](const std::string& setting) {
    return plugin::run_host({"check", (folder_ / "run.toml").string(), "--set", "model.norm=batch", "--set", setting});
  };
  const HostRun right = check("train.freeze=[\"s1\", \"s2\"]");
  EXPECT_EQ(right.code, 0) << right.err;
  EXPECT_THAT(right.out, AllOf(HasSubstr("\n       frozen s1, s2: 9 tensors with "),
                               HasSubstr("\nfrozen no gradient for 9 tensors; 6 statistics of normalisations stay\n")));
  const HostRun wrong = check("train.freeze=[\"s1\", \"s6.*\"]");
  EXPECT_EQ(wrong.code, 3);
  EXPECT_THAT(wrong.err,
              AllOf(HasSubstr("--set:2:14: error: \"freeze\": no parameter of model \"slow\" is named \"s6.*\""),
                    HasSubstr("help: did you mean \"s1\"")));
  const HostRun far = check("train.freeze=[\"transformer\"]");
  EXPECT_THAT(far.err, HasSubstr("help: the network has head, s1, s2, s3, s4, s5"));
  const HostRun all = check("train.freeze=[\"*\"]");
  EXPECT_EQ(all.code, 3);
  EXPECT_THAT(all.err, HasSubstr("\"freeze\" leaves nothing to train"));
}

TEST_F(Journey, SaysHowRatesAreScaledAndWhichLayersLearnAtWhich) {
  const HostRun run = plugin::run_host({"check", (folder_ / "run.toml").string(), "--set", "train.base_batch_size=16",
                                        "--set", "train.layer_decay=0.5", "--set", "train.head_learning_rate=2"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr("learn  optimizer sgd, learning rate 0.0125, cosine\n"),
            HasSubstr("learning rates are multiplied by 0.25: an update is made of 4 videos, and they are meant "
                      "for train.base_batch_size = 16\n"),
            HasSubstr("layers learn at different rates, from 0.000390625 to 0.025\n")));
  const HostRun warmup =
      plugin::run_host({"check", (folder_ / "run.toml").string(), "--set", "train.warmup_iterations=10"});
  EXPECT_EQ(warmup.code, 3);
  EXPECT_THAT(warmup.err, HasSubstr("must be less than the iterations of the training (10)"));
}

}  // namespace
}  // namespace pgt::journey
