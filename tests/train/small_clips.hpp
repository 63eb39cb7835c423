/// What the tests of whole clips share: clips of a few numbers, and the gradients that training gathers of them.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "train/clip_trainer.hpp"
#include "walk/planner.hpp"

namespace pgt::train {

/// Weights by name.
using Gradients = std::map<std::string, at::Tensor>;

inline Gradients gradients_of(sdk::Backbone& backbone) {
  Gradients gradients;
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    if (parameter.tensor.grad().defined()) gradients.emplace(parameter.name, parameter.tensor.grad().clone());
  }
  return gradients;
}

inline void expect_near(const Gradients& found, const Gradients& expected, double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [name, gradient] : expected) {
    EXPECT_GT(gradient.abs().max().item<double>(), 1e-6) << name << ": nothing to compare";
    EXPECT_LT((found.at(name) - gradient).abs().max().item<double>(), tolerance) << name;
  }
}

/// Takes down the gradients of each update, and changes nothing.
class TakenDown final : public UpdateRule {
 public:
  TakenDown(sdk::Backbone& backbone, std::vector<Gradients>& updates) : backbone_(backbone), updates_(updates) {}
  void update(double) override { updates_.push_back(gradients_of(backbone_)); }
  void save(Checkpoint&) const override {}
  void load(const Checkpoint&) override {}

 private:
  sdk::Backbone& backbone_;
  std::vector<Gradients>& updates_;
};

/// Steps of two new frames each.
inline sdk::Step small_step(std::int64_t index) {
  sdk::Step step;
  step.frames = {{2 * index, 2 * index + 2}};
  step.overlap = {index == 0 ? 0 : 1};
  return step;
}

inline sdk::Plan small_plan(std::int64_t steps) {
  sdk::Plan plan;
  for (std::int64_t i = 0; i < steps; ++i) plan.steps.push_back(small_step(i));
  plan.gradients = sdk::GradientScale::sum;
  return plan;
}

/// A step of these rows, whose class is the row's number modulo 2.
inline walk::Portion small_portion(std::int64_t step, const std::vector<std::size_t>& rows) {
  walk::Portion portion{rows, {}, {}};
  std::vector<at::Tensor> frames;
  for (const std::size_t row : rows) {
    auto generator = at::make_generator<at::CPUGeneratorImpl>(100 * static_cast<std::uint64_t>(step) + row);
    frames.push_back(torch::randn({1, 2, 1, 1}, generator, torch::kDouble));
    portion.targets.rows.push_back({{static_cast<std::int64_t>(row % 2)}});
  }
  portion.fragment.frames = {torch::stack(frames)};
  return portion;
}

/// The gradients of each update of a clip.
inline std::vector<Gradients> train_clip(sdk::Backbone& backbone, const sdk::Plan& plan,
                                         std::vector<walk::Portion> portions, double moment_smoothing = 0) {
  std::vector<Gradients> updates;
  Learner learner(nn::parameters(backbone), std::make_unique<TakenDown>(backbone, updates));
  const Lesson lesson{backbone, {config::Loss::cross_entropy, 2}, 7, moment_smoothing};
  const walk::PlanWalk walk(plan, {sdk::Pathway{}});
  Progress progress;
  progress.clip.videos.resize(portions.front().rows.size());
  walk::GivenFragments supply(std::move(portions));
  walk::Steps steps(walk, 0, backbone.info().sites, supply);
  ClipTrainer trainer(lesson, learner, walk.plan(), steps, Mix(), 0.1, progress, {});
  while (trainer.step()) {
  }
  return updates;
}

inline std::vector<walk::Portion> small_clip(std::int64_t steps, const std::vector<std::size_t>& rows = {0, 1, 2}) {
  std::vector<walk::Portion> portions;
  for (std::int64_t i = 0; i < steps; ++i) portions.push_back(small_portion(i, rows));
  return portions;
}

}  // namespace pgt::train
