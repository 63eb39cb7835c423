#include "train/clip_trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "walk/planner.hpp"

namespace pgt::train {
namespace {

using testing::ElementsAre;

/// Two classes, scored by one weight times the mean of the frames: (w·x, -w·x).
class OneWeight final : public sdk::Backbone {
 public:
  OneWeight() { weight.set_requires_grad(true); }
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) override {
    graphs.push_back(at::GradMode::is_enabled());
    seen.add_(fragment.frames[0].mean());
    const at::Tensor x = weight * fragment.frames[0].mean({1, 2, 3, 4});
    return torch::stack({x, -x}, 1).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("w", weight, sdk::Role::weight);
    visitor.visit("seen", seen, sdk::Role::buffer);
  }
  void train(bool) override {}

  at::Tensor weight = torch::zeros({1}, torch::kDouble);
  at::Tensor seen = torch::zeros({1}, torch::kDouble);  ///< a running sum of what it was shown
  std::vector<bool> graphs;                             ///< of each forward: whether it made one
};

/// Takes down each update, and changes nothing.
class Updates final : public UpdateRule {
 public:
  Updates(const at::Tensor& weight, std::vector<double>& gradients) : weight_(weight), gradients_(gradients) {}
  void update(double) override { gradients_.push_back(weight_.grad().item<double>()); }
  void save(Checkpoint&) const override {}
  void load(const Checkpoint&) override {}

 private:
  at::Tensor weight_;
  std::vector<double>& gradients_;
};

sdk::Step step_at(std::int64_t index) {
  sdk::Step step;
  step.frames = {{2 * index, 2 * index + 2}};
  step.overlap = {0};
  return step;
}

walk::Portion portion(std::vector<std::size_t> rows, std::vector<double> values, std::vector<std::int64_t> classes) {
  const at::Tensor frames = torch::tensor(values, torch::kDouble).view({-1, 1, 1, 1, 1}).expand({-1, 1, 2, 1, 1});
  walk::Portion portion{std::move(rows), {{frames}}};
  for (const std::int64_t label : classes) portion.targets.rows.push_back({{label}});
  return portion;
}

class ClipTraining : public testing::Test {
 protected:
  /// Trains to the end; returns whether each step ended at rest.
  std::vector<bool> train(std::vector<sdk::Step> planned, std::vector<walk::Portion> portions, std::size_t rows) {
    sdk::Plan plan;
    plan.steps = std::move(planned);
    const walk::PlanWalk walk(plan, {sdk::Pathway{}});
    walk::GivenFragments supply(std::move(portions));
    walk::Steps steps(walk, 0, {}, supply);
    progress.clip.videos.resize(rows);
    ClipTrainer trainer(lesson, learner, walk.plan(), steps, Mix(), 0.1, progress, {});
    std::vector<bool> rests;
    while (trainer.step()) rests.push_back(trainer.at_rest());
    report = trainer.report(1, {});
    return rests;
  }

  OneWeight backbone;
  std::vector<double> gradients;  ///< of each update
  Learner learner{nn::parameters(backbone), std::make_unique<Updates>(backbone.weight, gradients)};
  Lesson lesson{backbone, {config::Loss::cross_entropy, 2}, 0};
  Progress progress;
  run::IterationReport report;
};

// With w = 0 both classes have probability 1/2: the loss is ln 2, its gradient by w is -x for class 0 and x for 1.
TEST_F(ClipTraining, UpdatesOnceAClipByTheMeanOfItsSteps) {
  train({step_at(0), step_at(1)}, {portion({0, 1}, {2, 4}, {0, 0}), portion({0, 1}, {6, 8}, {0, 1})}, 2);
  EXPECT_THAT(gradients, ElementsAre(testing::DoubleEq((-3.0 + 1.0) / 2)));
  EXPECT_THAT(report.step_losses, ElementsAre(testing::DoubleEq(std::log(2.0)), testing::DoubleEq(std::log(2.0))));
  EXPECT_EQ(report.videos, 2);
  EXPECT_DOUBLE_EQ(report.gradient_norm, 1.0);
  EXPECT_EQ(progress.clip.step, 2);
}

TEST_F(ClipTraining, ARowWeighsTheSameWhenAnotherHasEnded) {
  sdk::Step each = step_at(1);
  std::vector<sdk::Step> steps{step_at(0), each};
  for (sdk::Step& step : steps) step.optimizer_step = true;
  train(steps, {portion({0, 1}, {2, 2}, {0, 0}), portion({1}, {2}, {0})}, 2);
  EXPECT_THAT(gradients, ElementsAre(testing::DoubleEq(-2.0), testing::DoubleEq(-1.0))) << "half of a batch of two";
  EXPECT_THAT(progress.clip.alive, ElementsAre(1U));
}

/// The rows of classes 0 and 1 weigh 1 and 3. Of a batch of all three the mean is torch's, over the sum of 7; a row
/// that has ended counts in the next step's divisor as before.
TEST_F(ClipTraining, DividesByTheWeightsOfTheRowsThatItBeganWith) {
  lesson.criterion = Criterion(config::Loss::cross_entropy, 2, 0, {1, 3});
  std::vector<sdk::Step> steps{step_at(0), step_at(1)};
  for (sdk::Step& step : steps) step.optimizer_step = true;
  train(steps, {portion({0, 1, 2}, {2, 2, 4}, {0, 1, 1}), portion({1}, {2}, {1})}, 3);
  EXPECT_THAT(gradients, ElementsAre(testing::DoubleEq((-2.0 + 3 * 2 + 3 * 4) / 7), testing::DoubleEq(3 * 2.0 / 7)));
  EXPECT_THAT(progress.clip.weights, ElementsAre(1, 3, 3));
}

TEST_F(ClipTraining, KnowsTheWeightOfARowThatEndsBeforeAnythingIsLearned) {
  lesson.criterion = Criterion(config::Loss::cross_entropy, 2, 0, {1, 3});
  std::vector<sdk::Step> steps{step_at(0), step_at(1)};
  steps[0].loss_weight = 0;
  train(steps, {portion({0, 1}, {2, 2}, {0, 1}), portion({0}, {2}, {0})}, 2);
  EXPECT_THAT(gradients, ElementsAre(testing::DoubleEq(-2.0 / 4)));
}

TEST_F(ClipTraining, MakesNoGraphWithoutNeedAndRestsWhereNoneCrosses) {
  std::vector<sdk::Step> steps{step_at(0), step_at(1), step_at(2)};
  steps[0].loss_weight = 0;  // forward only
  steps[1].backward = false;
  steps[2].detach = false;
  const std::vector<bool> rests =
      train(steps, {portion({0}, {1}, {0}), portion({0}, {1}, {0}), portion({0}, {1}, {0})}, 1);
  EXPECT_THAT(backbone.graphs, ElementsAre(false, true, true));
  EXPECT_THAT(rests, ElementsAre(true, false, false));
  EXPECT_EQ(report.step_losses.size(), 2U);
}

TEST_F(ClipTraining, CountsTheLastPredictionOfEachRow) {
  {
    const at::NoGradGuard no_gradient;
    backbone.weight.fill_(1);
  }
  train({step_at(0), step_at(1)}, {portion({0, 1}, {1, 1}, {0, 0}), portion({0, 1}, {1, -1}, {0, 0})}, 2);
  EXPECT_DOUBLE_EQ(report.accuracy, 50);
}

TEST_F(ClipTraining, LeavesTheClipWhereALossIsNotFinite) {
  train({step_at(0), step_at(1), step_at(2)},
        {portion({0}, {1}, {0}), portion({0}, {std::nan("")}, {0}), portion({0}, {1}, {0})}, 1);
  EXPECT_EQ(backbone.graphs.size(), 2U) << "the third step is not done: its carry is not a number";
  EXPECT_TRUE(gradients.empty()) << "no update, also not by the first step";
  EXPECT_EQ(report.skipped, 1);
  EXPECT_EQ(report.skipped_why, "the loss of step 2 is not finite");
  EXPECT_EQ(report.videos, 0);
  EXPECT_TRUE(std::isnan(report.loss));
  EXPECT_TRUE(std::isnan(report.gradient_norm));
  EXPECT_EQ(backbone.seen.item<double>(), 1) << "what the second forward left in a buffer is gone";

  progress.clip = {};
  train({step_at(0)}, {portion({0}, {1}, {0})}, 1);
  EXPECT_EQ(gradients.size(), 1U) << "the next clip is learned again";
  EXPECT_EQ(report.skipped, 0);
}

}  // namespace
}  // namespace pgt::train
