// Updates of which nothing comes, and why.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "train/learner.hpp"

namespace pgt::train {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr sdk::GradientScale mean = sdk::GradientScale::mean;

/// One weight, learned by plain gradient descent.
class Skipping : public testing::Test {
 protected:
  Skipping() {
    parameters[0].tensor.set_requires_grad(true);
    options.momentum = 0;
    options.nesterov = false;
    options.weight_decay = 0;
  }

  Learner learner() const {
    return {parameters, make_update_rule(parameter_groups(parameters, options), options), options};
  }
  /// Learns from a loss with this gradient.
  Update learn(Learner& learner, double gradient, double learning_rate = 1) const {
    learner.add((parameters[0].tensor * gradient).sum(), 1);
    learner.back_propagate();
    return learner.update(learning_rate, mean).value();
  }
  double weight() const { return parameters[0].tensor.item<double>(); }
  static Checkpoint state_of(const Learner& learner) {
    Checkpoint state;
    learner.save(state);
    return state;
  }

  const std::vector<nn::Parameter> parameters{{"w", torch::zeros({1}), sdk::Role::weight}};
  config::TrainOptions options;
};

template <class Call>
std::string diverged(Call&& call) {
  try {
    call();
    return "went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::diverged);
    return error.what();
  }
}

TEST_F(Skipping, AGradientThatIsNotFiniteChangesNothing) {
  Learner learner = this->learner();
  for (const double gradient : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Update update = learn(learner, gradient);
    EXPECT_EQ(update.skipped, "the gradient's norm is not finite");
    EXPECT_TRUE(std::isnan(update.norm));
    EXPECT_EQ(weight(), 0);
  }
  EXPECT_EQ(state_of(learner).progress.learner.skipped_in_row, 2);
  EXPECT_EQ(learn(learner, 0.5).skipped, "");
  EXPECT_EQ(weight(), -0.5);
  EXPECT_EQ(state_of(learner).progress.learner.skipped_in_row, 0);
}

TEST_F(Skipping, TooManyInARowEndTheRunAndNameTheFiles) {
  options.max_skipped = 2;
  Learner learner = this->learner();
  run::IterationReport report;
  report.skipped_why = learn(learner, std::nan("")).skipped;
  report.files = {"a.mp4", "b.mp4"};
  EXPECT_EQ(diverged([&] { learner.stop_if_diverged(report); }), "went on");
  learn(learner, std::nan(""));
  EXPECT_THAT(diverged([&] { learner.stop_if_diverged(report); }),
              AllOf(HasSubstr("2 updates in a row were skipped"), HasSubstr("the gradient's norm is not finite"),
                    HasSubstr("a.mp4, b.mp4"), HasSubstr("train.learning_rate"), HasSubstr("train.clip_gradient")));
}

TEST_F(Skipping, ALossThatIsNotFiniteSpoilsTheUpdate) {
  Learner learner = this->learner();
  learner.add((parameters[0].tensor * 2).sum(), 1);
  learner.back_propagate();
  learner.spoil("the loss of step 2 is not finite");
  EXPECT_EQ(learner.end_batch(1, mean, false).value().skipped, "the loss of step 2 is not finite");
  EXPECT_EQ(weight(), 0);
  EXPECT_FALSE(parameters[0].tensor.grad().defined());
}

TEST_F(Skipping, AnOverflowByTheScaleOfTheLossIsNoFailure) {
  options.precision = config::Precision::fp16;
  Learner learner = this->learner();
  const double large = 1e34;  // times 65536 more than a float holds
  const Update first = learn(learner, large, 1e-34);
  EXPECT_EQ(first.skipped, "");
  EXPECT_TRUE(std::isnan(first.norm));
  EXPECT_EQ(weight(), 0);
  EXPECT_EQ(learner.loss_scale(), 32768);
  EXPECT_EQ(state_of(learner).progress.learner.skipped_in_row, 0);

  EXPECT_NEAR(learn(learner, 3).norm, 3, 1e-6) << "as if nothing were scaled";
  EXPECT_NEAR(weight(), -3, 1e-6);
}

TEST_F(Skipping, AGradientThatNoScaleMakesFiniteCountsInTheEnd) {
  options.precision = config::Precision::fp16;
  Learner learner = this->learner();
  int updates = 1;
  while (learn(learner, std::nan("")).skipped.empty()) ++updates;
  EXPECT_EQ(updates, 17) << "16 halvings from 65536 to 1";
}

TEST_F(Skipping, WeightsThatAreNotFiniteEndTheRunAtOnce) {
  Learner learner = this->learner();
  EXPECT_THAT(diverged([&] { learn(learner, 1e10, 1e30); }),
              AllOf(HasSubstr("weights that are not finite"), HasSubstr("train.learning_rate")));
}

TEST_F(Skipping, WeightsWhoseSquaresOverflowAreStillFinite) {
  Learner learner = this->learner();
  EXPECT_EQ(learn(learner, 1, 1e30).skipped, "");
  EXPECT_FLOAT_EQ(static_cast<float>(weight()), -1e30F);
}

TEST_F(Skipping, ClipsByValueAfterScaling) {
  options.clip_value = 0.5;
  Learner learner = this->learner();
  learner.add((parameters[0].tensor * 3).sum(), 2);
  learner.back_propagate();
  EXPECT_DOUBLE_EQ(learner.update(1, mean).value().norm, 3) << "before clipping";
  EXPECT_NEAR(weight(), -0.5, 1e-7);
  learn(learner, -0.25);
  EXPECT_NEAR(weight(), -0.25, 1e-7) << "below the limit: as it is";
}

TEST_F(Skipping, GatheredGradientsFollowAChangeOfPrecision) {
  options.accumulate = 2;
  options.batch_size = 1;
  options.precision = config::Precision::fp16;
  Learner scaled = learner();
  scaled.add(parameters[0].tensor.sum() * 3, 1);
  scaled.back_propagate();
  const double scale = parameters[0].tensor.grad().item<double>() / 3;
  ASSERT_GT(scale, 1);
  const Checkpoint state = state_of(scaled);

  options.precision = config::Precision::fp32;
  Learner plain = learner();
  plain.load(state);
  EXPECT_EQ(parameters[0].tensor.grad().item<double>(), 3);
  Checkpoint unscaled = state_of(plain);

  options.precision = config::Precision::fp16;
  Learner again = learner();
  again.load(unscaled);
  EXPECT_EQ(parameters[0].tensor.grad().item<double>(), 3 * again.loss_scale());
}

}  // namespace
}  // namespace pgt::train
