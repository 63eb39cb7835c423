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
      EXPECT_NEAR(learning_rate(*options, epoch), expected, 1e-10 * expected) << table.at("id") << " at " << epoch;
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
  EXPECT_DOUBLE_EQ(learning_rate(options, 0), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(options, 2), 0.03);
  EXPECT_DOUBLE_EQ(learning_rate(options, 4), 0.05);
}

TEST(LearningRate, StaysWhereItIsConstantAndEndsAtZeroWhereItIsCosine) {
  config::TrainOptions options;
  options.epochs = 10;
  options.learning_rate = 0.2;
  options.policy = config::LearningRatePolicy::constant;
  EXPECT_EQ(learning_rate(options, 0), 0.2);
  EXPECT_EQ(learning_rate(options, 9.9), 0.2);
  options.policy = config::LearningRatePolicy::cosine;
  EXPECT_EQ(learning_rate(options, 0), 0.2);
  EXPECT_NEAR(learning_rate(options, 5), 0.1, 1e-15);
  EXPECT_NEAR(learning_rate(options, 10), 0, 1e-15);
}

}  // namespace
}  // namespace pgt::train
