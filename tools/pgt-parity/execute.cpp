#include "execute.hpp"

#include <torch/torch.h>

#include "nn/carry.hpp"
#include "nn/parameters.hpp"
#include "recording_carry.hpp"
#include "train/loss.hpp"
#include "train/optimizer.hpp"

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

sdk::Fragment fragment_of(const Case& golden, const std::vector<at::Tensor>& pathways, const sdk::Step& step) {
  sdk::Fragment fragment;
  fragment.head_bins = golden.plan.head_bins;
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    const sdk::FrameRange frames = step.frames.at(p);
    fragment.frames.push_back(pathways[p].slice(2, frames.begin, frames.end));
  }
  return fragment;
}

at::Tensor loss_of(const Case& golden, std::size_t step, const at::Tensor& scores) {
  at::Tensor target;
  if (golden.loss == config::Loss::cross_entropy) {
    target = torch::tensor(golden.target.get<std::vector<std::int64_t>>());
  } else {
    std::vector<at::Tensor> rows;
    for (const nlohmann::json& row : golden.target) {
      rows.push_back(torch::tensor(row.at(step).get<std::vector<double>>(), torch::kDouble));
    }
    target = torch::stack(rows).to(scores.scalar_type());
  }
  return train::loss_per_score(scores.squeeze(1), target.to(scores.device()), golden.loss).mean();
}

at::Tensor combine(const std::vector<Outcome::StepOutcome>& steps, sdk::Ensemble ensemble) {
  std::vector<at::Tensor> probabilities;
  for (const Outcome::StepOutcome& step : steps) probabilities.push_back(step.probabilities);
  const at::Tensor all = torch::stack(probabilities);
  return ensemble == sdk::Ensemble::max ? all.amax(0) : all.sum(0);
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

/// One pass over the clip, whose frames each pathway reads from `pathways`.
Outcome pass(const Case& golden, sdk::Backbone& backbone, const std::vector<at::Tensor>& pathways,
             train::Optimizer* optimizer) {
  const std::vector<sdk::Site> sites = backbone.info().sites;
  nn::SlotCarry carry(sites, golden.plan.carry);
  StageFeatures features(sites);
  RecordingCarry recording(
      carry, [&](sdk::SiteIndex site, const at::Tensor& x) { features.entered(site, x); },
      [&](sdk::SiteIndex site, const at::Tensor& y) { features.left(site, y); });

  Outcome outcome;
  at::Tensor pending;
  const std::vector<sdk::Step>& steps = golden.plan.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Outcome::StepOutcome& step = outcome.steps.emplace_back();
    carry.begin_step(i == 0, steps[i], i + 1 < steps.size() ? &steps[i + 1] : nullptr);
    const at::Tensor scores = backbone.forward(fragment_of(golden, pathways, steps[i]), recording);
    step.stages = features.take();
    step.scores = plain(scores);
    step.probabilities = train::probabilities(step.scores, golden.loss);
    if (!golden.training) continue;
    const at::Tensor loss = loss_of(golden, i, scores);
    step.loss = loss.item<double>();
    pending = pending.defined() ? pending + loss : loss;
    if (steps[i].backward) std::exchange(pending, at::Tensor()).backward();
    if (steps[i].optimizer_step && optimizer) optimizer->step(golden.optimizer->learning_rate, 1.0);
  }

  if (!golden.training) {
    outcome.result = golden.ensemble ? combine(outcome.steps, *golden.ensemble) : outcome.steps.front().probabilities;
    return outcome;
  }
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    if (parameter.tensor.grad().defined()) outcome.gradients.emplace(parameter.name, plain(parameter.tensor.grad()));
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
  std::optional<train::Optimizer> optimizer;
  if (golden.optimizer) optimizer.emplace(grouped_by_name(backbone), *golden.optimizer);

  Execution execution;
  execution.initial = parameters_of(backbone);
  ClipFill clip = golden.clip;
  for (std::int64_t i = 0; i < golden.iterations; ++i) {
    clip.phase = golden.clip.phase + 0.4 * static_cast<double>(i);
    const std::vector<at::Tensor> pathways = pathways_of(golden, filled_clip(clip).to(device, type));
    execution.iterations.push_back(pass(golden, backbone, pathways, optimizer ? &*optimizer : nullptr));
  }
  return execution;
}

}  // namespace pgt::parity
