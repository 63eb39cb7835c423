// Statistics of batch normalisation for each step.

#include <gmock/gmock.h>

#include <map>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::HasSubstr;

const std::vector<std::string> precise{"model.norm=batch", "train.precise_statistics=2"};

std::vector<std::string> with(std::vector<std::string> settings, const std::vector<std::string>& more) {
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

HostRun evaluate(const fs::path& run, const std::vector<std::string>& settings = {}) {
  std::vector<std::string> command{"eval", run.string(), "--checkpoint", "last"};
  for (const std::string& setting : settings) command.insert(command.end(), {"--set", setting});
  return plugin::run_host(command);
}

TEST_F(Journey, GathersStatisticsForEachStep) {
  const HostRun run = train("runs", precise);
  ASSERT_EQ(run.code, 0) << run.err;
  const auto tensors = last_tensors(run_in("runs"));
  const std::string mean = "/s2.pathway0_res0.branch2.a_bn.running_mean";
  for (const std::string step : {"0", "1", "2", "3"}) {
    ASSERT_TRUE(tensors.contains("statistics/" + step + mean)) << step;
    EXPECT_NE(tensors.at("statistics/" + step + mean), tensors.at("model" + mean));
  }
  EXPECT_FALSE(tensors.contains("statistics/4" + mean));
  EXPECT_NE(tensors.at("statistics/0" + mean), tensors.at("statistics/3" + mean)) << "only the last has a carry";
}

TEST_F(Journey, GathersNoStatisticsOfFrozenNormalisations) {
  ASSERT_EQ(train("runs", with(precise, {"train.epochs=1", "train.freeze=[\"s1\", \"s2\"]"})).code, 0);
  const auto tensors = last_tensors(run_in("runs"));
  EXPECT_FALSE(tensors.contains("statistics/0/s2.pathway0_res0.branch2.a_bn.running_mean"));
  EXPECT_TRUE(tensors.contains("statistics/0/s3.pathway0_res0.branch2.a_bn.running_mean"));
}

TEST_F(Journey, EvaluatesWithTheStatisticsThatTrainingGathered) {
  ASSERT_EQ(train("runs", precise).code, 0);
  const fs::path run = run_in("runs");
  const std::string own = text_of(run / "eval" / "val_last" / "predictions.csv");
  const HostRun again = evaluate(run);
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(text_of(run / "eval" / "val_last" / "predictions.csv"), own);
  ASSERT_EQ(evaluate(run, {"train.precise_statistics=0"}).code, 0);
  EXPECT_NE(text_of(run / "eval" / "val_last" / "predictions.csv"), own) << "the running statistics";

  const HostRun other = evaluate(run, {"schedule.steps=2"});
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("are of 4 steps, but [schedule] evaluates in 2"));
}

TEST_F(Journey, GathersNothingWhereNothingIsNormalisedByBatches) {
  ASSERT_EQ(train("runs", {"train.precise_statistics=2"}).code, 0);
  for (const auto& [name, tensor] : last_tensors(run_in("runs"))) EXPECT_FALSE(name.starts_with("statistics/")) << name;
}

TEST_F(Journey, ResumedWithPreciseStatisticsEndsTheSame) {
  ASSERT_EQ(train("whole", with(precise, {"train.policy=constant"})).code, 0);
  ASSERT_EQ(train("half", with(precise, {"train.policy=constant", "train.epochs=1"})).code, 0);
  const HostRun resumed = plugin::run_host({"resume", run_in("half").string(), "--set", "train.epochs=2"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  expect_same_end(run_in("half"), run_in("whole"));
}

}  // namespace
}  // namespace pgt::journey
