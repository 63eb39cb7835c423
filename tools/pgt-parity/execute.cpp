#include "execute.hpp"

#include <torch/torch.h>

#include <numeric>
#include <utility>

#include "eval/step_ensemble.hpp"
#include "nn/parameters.hpp"
#include "train/clip_trainer.hpp"
#include "train/loss.hpp"
#include "walk/steps.hpp"
#include "watched_backbone.hpp"

namespace pgt::parity {
namespace {

at::Tensor plain(const at::Tensor& tensor) { return tensor.detach().to(torch::kCPU, torch::kDouble); }

void fill_parameters(sdk::Backbone& backbone, const std::vector<Multiplier>& multipliers) {
  const torch::NoGradGuard no_gradients;
  for (nn::Parameter& parameter : nn::parameters(backbone)) {
    parameter.tensor.copy_(filled_parameter(parameter.name, parameter.tensor.sizes(), multipliers));
  }
}

/// The clip as each pathway reads it.
std::vector<at::Tensor> pathways_of(const Case& golden, const at::Tensor& clip) {
  if (!golden.slow_frames) return {clip};
  return {clip.index_select(2, torch::tensor(*golden.slow_frames).to(clip.device())), clip};
}

/// The labels of a step's rows, which the case gives as a class of each row, or as 0 or 1 of each class.
walk::Targets targets_of(const Case& golden, std::size_t step) {
  walk::Targets targets;
  for (const nlohmann::json& row : golden.target) {
    sdk::Target& target = targets.rows.emplace_back();
    if (golden.loss == config::Loss::cross_entropy) {
      target.classes = {row.get<std::int64_t>()};
      continue;
    }
    for (std::int64_t k = 0; const nlohmann::json& present : row.at(step)) {
      if (present.get<double>() != 0) target.classes.push_back(k);
      ++k;
    }
  }
  return targets;
}

/// What each step is fed with, of the clip as the pathways read it.
walk::GivenFragments supply_of(const Case& golden, const std::vector<at::Tensor>& pathways) {
  std::vector<walk::Portion> portions;
  std::vector<std::size_t> rows(static_cast<std::size_t>(pathways.front().size(0)));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  for (std::size_t step = 0; step < golden.plan.steps.size(); ++step) {
    walk::Portion& portion = portions.emplace_back(rows);
    for (std::size_t p = 0; p < pathways.size(); ++p) {
      const sdk::FrameRange frames = golden.plan.steps[step].frames.at(p);
      portion.fragment.frames.push_back(pathways[p].slice(2, frames.begin, frames.end));
    }
    if (golden.training) portion.targets = targets_of(golden, step);
  }
  return walk::GivenFragments(std::move(portions));
}

/// The steps' probabilities as one, (N, K), as evaluation makes it.
at::Tensor combine(const std::vector<Outcome::StepOutcome>& steps, sdk::Ensemble ensemble) {
  std::vector<at::Tensor> rows;
  for (std::int64_t row = 0; row < steps.front().probabilities.size(0); ++row) {
    eval::StepEnsemble clip(ensemble);
    for (const Outcome::StepOutcome& step : steps) {
      const at::Tensor probabilities = step.probabilities[row].contiguous();
      clip.add({probabilities.const_data_ptr<double>(), static_cast<std::size_t>(probabilities.numel())});
    }
    rows.push_back(torch::tensor(clip.result(), torch::kDouble));
  }
  return torch::stack(rows);
}

Tensors parameters_of(sdk::Backbone& backbone) {
  Tensors copies;
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    if (parameter.trained()) copies.emplace(parameter.name, plain(parameter.tensor).clone());
  }
  return copies;
}

/// The parameters, of which the reference takes those called "bn" for a normalisation's.
std::vector<nn::Parameter> grouped_by_name(sdk::Backbone& backbone) {
  std::vector<nn::Parameter> parameters = nn::parameters(backbone);
  for (nn::Parameter& parameter : parameters) {
    if (!parameter.trained()) continue;
    parameter.role = parameter.name.find("bn") != std::string::npos ? sdk::Role::norm : sdk::Role::weight;
  }
  return parameters;
}

/// Takes down the gradients that an update would be made of.
class GradientRecord final : public train::UpdateRule {
 public:
  GradientRecord(std::vector<nn::Parameter> parameters, Tensors& gradients)
      : parameters_(std::move(parameters)), gradients_(gradients) {}

  void update(double) override {
    for (const nn::Parameter& parameter : parameters_) {
      if (parameter.tensor.grad().defined()) gradients_[parameter.name] = plain(parameter.tensor.grad());
    }
  }
  void save(train::Checkpoint&) const override {}
  void load(const train::Checkpoint&) override {}

 private:
  std::vector<nn::Parameter> parameters_;
  Tensors& gradients_;
};

/// Learns as the case says; one that says nothing fills `gradients`.
train::Learner learner_for(const Case& golden, sdk::Backbone& backbone, Tensors& gradients) {
  const std::vector<nn::Parameter> parameters = grouped_by_name(backbone);
  if (!golden.optimizer) return {parameters, std::make_unique<GradientRecord>(parameters, gradients)};
  const config::TrainOptions& options = *golden.optimizer;
  return {parameters, train::make_update_rule(train::parameter_groups(parameters, options), options)};
}

/// Trains on the clip as a run does.
std::vector<double> train_on(const Case& golden, WatchedBackbone& backbone, const walk::PlanWalk& plan,
                             walk::Steps& steps, train::Learner& learner) {
  train::Progress progress;
  progress.clip.videos.resize(static_cast<std::size_t>(golden.clip.batch));
  const train::Lesson lesson{backbone, {golden.loss, golden.classes}, 0};
  const double learning_rate = golden.optimizer ? golden.optimizer->learning_rate : 0;
  train::ClipTrainer trainer(lesson, learner, plan.plan(), steps, train::Mix(), learning_rate, progress, {});
  while (trainer.step()) {
  }
  return progress.clip.step_losses;
}

/// Scores the clip as evaluation does.
void score(WatchedBackbone& backbone, walk::Steps& steps) {
  while (const std::optional<walk::Step> step = steps.next()) backbone.forward(step->fragment, steps.carry());
}

/// One pass over the clip, whose frames each pathway reads from `pathways`.
Outcome pass(const Case& golden, sdk::Backbone& backbone, const std::vector<at::Tensor>& pathways,
             train::Learner& learner, const Tensors& gradients) {
  WatchedBackbone watched(backbone);
  const sdk::BackboneInfo info = backbone.info();
  const walk::PlanWalk plan(golden.plan, info.pathways);
  walk::GivenFragments supply = supply_of(golden, pathways);
  walk::Steps steps(plan, 0, info.sites, supply);
  std::vector<double> losses;
  if (golden.training) {
    losses = train_on(golden, watched, plan, steps, learner);
  } else {
    score(watched, steps);
  }

  Outcome outcome;
  for (WatchedBackbone::Seen& seen : watched.take()) {
    Outcome::StepOutcome& step = outcome.steps.emplace_back();
    step.scores = plain(seen.scores);
    step.probabilities = train::probabilities(step.scores, golden.loss);
    step.stages = std::move(seen.stages);
    if (golden.training) step.loss = losses.at(outcome.steps.size() - 1);
  }
  if (!golden.training) {
    outcome.result = golden.ensemble ? combine(outcome.steps, *golden.ensemble) : outcome.steps.front().probabilities;
    return outcome;
  }
  outcome.gradients = gradients;
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    if (!parameter.trained()) outcome.statistics.emplace(parameter.name, plain(parameter.tensor).clone());
  }
  outcome.parameters = parameters_of(backbone);
  return outcome;
}

}  // namespace

Execution execute(const Case& golden, sdk::Backbone& backbone, c10::Device device, c10::ScalarType type) {
  nn::move(backbone, device, type);
  fill_parameters(backbone, golden.multipliers);
  backbone.train(golden.batch_statistics);
  const at::AutoGradMode gradients(golden.training);
  Tensors recorded;
  train::Learner learner = learner_for(golden, backbone, recorded);

  Execution execution;
  execution.initial = parameters_of(backbone);
  ClipFill clip = golden.clip;
  for (std::int64_t i = 0; i < golden.iterations; ++i) {
    clip.phase = golden.clip.phase + 0.4 * static_cast<double>(i);
    const std::vector<at::Tensor> pathways = pathways_of(golden, filled_clip(clip).to(device, type));
    execution.iterations.push_back(pass(golden, backbone, pathways, learner, recorded));
  }
  return execution;
}

}  // namespace pgt::parity
