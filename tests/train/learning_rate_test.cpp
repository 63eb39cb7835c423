#include "train/learning_rate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.hpp"

namespace pgt::train {
namespace {

using Json = nlohmann::json;

/// The reference's settings in our words, or nothing where its factors are not powers of one number.
std::optional<config::TrainOptions> translate(const Json& settings) {
  config::TrainOptions options;
  options.learning_rate = settings.at("base_lr");
  options.epochs = settings.at("max_epoch");
  options.warmup_epochs = settings.at("warmup_epochs");
  options.warmup_start = settings.at("warmup_start_lr");
  if (settings.at("policy") == "cosine") {
    options.policy = config::LearningRatePolicy::cosine;
    return options;
  }
  options.policy = config::LearningRatePolicy::step;
  // The reference's first boundary is 0 and its factors may outnumber the boundaries; its last boundary is the end.
  const std::vector<double> steps = settings.at("steps");
  const std::vector<double> factors = settings.at("relative_lrs");
  options.milestones.assign(steps.begin() + 1, steps.end());
  options.gamma = factors.at(1);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const double power = std::pow(options.gamma, static_cast<double>(i));
    if (std::abs(factors[i] - power) > 1e-12 * power) return std::nullopt;
  }
  return options;
}

TEST(LearningRate, IsTheReferences) {
  const Json golden = Json::parse(read_file(PGT_SOURCE_DIR "/tests/golden/learning_rates.json"));
  int cases = 0;
  for (const Json& table : golden.at("learning_rate")) {
    const std::optional<config::TrainOptions> options = translate(table.at("settings"));
    if (!options) continue;
    ++cases;
    for (const Json& row : table.at("rows")) {
      const double epoch = row.at(0);
      if (epoch >= static_cast<double>(options->epochs)) continue;  // after training
      const double expected = row.at(1);
      EXPECT_NEAR(learning_rate(*options, epoch, 100), expected, 1e-10 * expected) << table.at("id") << " at " << epoch;
    }
  }
  EXPECT_EQ(cases, 9);
}

TEST(LearningRate, WarmsUpToThePolicysValueAtTheEndOfTheWarmUp) {
  config::TrainOptions options;
  options.policy = config::LearningRatePolicy::step;
  options.learning_rate = 0.1;
  options.milestones = {2};
  options.gamma = 0.5;
  options.warmup_epochs = 4;
  options.warmup_start = 0.01;
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 10), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(options, 2, 10), 0.03);
  EXPECT_DOUBLE_EQ(learning_rate(options, 4, 10), 0.05);
}

TEST(LearningRate, StaysWhereItIsConstantAndEndsAtZeroWhereItIsCosine) {
  config::TrainOptions options;
  options.epochs = 10;
  options.learning_rate = 0.2;
  options.policy = config::LearningRatePolicy::constant;
  EXPECT_EQ(learning_rate(options, 0, 10), 0.2);
  EXPECT_EQ(learning_rate(options, 9.9, 10), 0.2);
  options.policy = config::LearningRatePolicy::cosine;
  EXPECT_EQ(learning_rate(options, 0, 10), 0.2);
  EXPECT_NEAR(learning_rate(options, 5, 10), 0.1, 1e-15);
  EXPECT_NEAR(learning_rate(options, 10, 10), 0, 1e-15);
}

TEST(LearningRate, FallsToTheFloor) {
  config::TrainOptions options;
  options.epochs = 10;
  options.learning_rate = 0.2;
  options.min_learning_rate = 0.02;
  for (const auto policy :
       {config::LearningRatePolicy::cosine, config::LearningRatePolicy::linear, config::LearningRatePolicy::poly}) {
    options.policy = policy;
    EXPECT_DOUBLE_EQ(learning_rate(options, 0, 10), 0.2);
    EXPECT_DOUBLE_EQ(learning_rate(options, 10, 10), 0.02);
    EXPECT_DOUBLE_EQ(learning_rate(options, 10.5, 10), 0.02) << "it does not rise again";
    EXPECT_NEAR(learning_rate(options, 5, 10), 0.11, 1e-15);
  }
  options.power = 2;
  EXPECT_NEAR(learning_rate(options, 5, 10), 0.02 + 0.18 / 4, 1e-15);
  options.policy = config::LearningRatePolicy::exponential;
  options.gamma = 0.5;
  EXPECT_DOUBLE_EQ(learning_rate(options, 1.5, 10), 0.2 * std::pow(0.5, 1.5));
  EXPECT_DOUBLE_EQ(learning_rate(options, 6, 10), 0.02);
  options.policy = config::LearningRatePolicy::step;
  options.milestones = {1, 2, 3, 4};
  EXPECT_DOUBLE_EQ(learning_rate(options, 3, 10), 0.025);
  EXPECT_DOUBLE_EQ(learning_rate(options, 4, 10), 0.02);
}

TEST(LearningRate, OfOneCyclePeaksOneUpdateBeforeItsShareAndEndsAtTheLastUpdate) {
  config::TrainOptions options;
  options.policy = config::LearningRatePolicy::one_cycle;
  options.epochs = 4;
  options.learning_rate = 0.5;
  options.pct_start = 0.25;
  options.div_factor = 10;
  options.final_div_factor = 100;
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 5), 0.05);
  EXPECT_DOUBLE_EQ(learning_rate(options, 4.0 / 5, 5), 0.5);
  EXPECT_NEAR(learning_rate(options, 2.0 / 5, 5), 0.275, 1e-15);
  EXPECT_NEAR(learning_rate(options, 19.0 / 5, 5), 0.0005, 1e-15);
  EXPECT_NEAR(learning_rate(options, 4, 5), 0.0005, 1e-15);
  options.pct_start = 1;
  EXPECT_DOUBLE_EQ(learning_rate(options, 4, 5), 0.5) << "it only rises";
}

TEST(LearningRate, WarmsUpOverIterationsAsOverEpochs) {
  config::TrainOptions options;
  options.warmup_start = 0.001;
  options.warmup_epochs = 1.5;
  config::TrainOptions counted = options;
  counted.warmup_epochs = 0;
  counted.warmup_iterations = 15;
  for (const double epoch : {0.0, 0.7, 1.4, 1.5, 1.6, 8.0}) {
    EXPECT_DOUBLE_EQ(learning_rate(counted, epoch, 10), learning_rate(options, epoch, 10)) << epoch;
  }
}

TEST(LearningRate, IsScaledByTheBatchAllOfIt) {
  config::TrainOptions options;
  options.batch_size = 6;
  options.warmup_epochs = 2;
  options.warmup_start = 0.01;
  options.min_learning_rate = 0.001;
  config::TrainOptions scaled = options;
  scaled.base_batch_size = 4;
  EXPECT_EQ(batch_factor(options), 1);
  EXPECT_EQ(batch_factor(scaled), 1.5);
  for (const double epoch : {0.0, 1.0, 5.0, 10.0}) {
    EXPECT_DOUBLE_EQ(learning_rate(scaled, epoch, 10), 1.5 * learning_rate(options, epoch, 10)) << epoch;
  }
}

}  // namespace
}  // namespace pgt::train
