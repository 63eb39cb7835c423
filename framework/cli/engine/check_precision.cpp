#include "cli/engine/check_precision.hpp"

#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "base/number.hpp"
#include "cli/engine/check_training.hpp"
#include "nn/kept_buffers.hpp"
#include "nn/parameters.hpp"
#include "run/terminal_bar.hpp"
#include "train/clip_trainer.hpp"
#include "walk/steps.hpp"

namespace pgt::cli {
namespace {

constexpr int most_attempts = 24;  // fp16's scale is halved after each that overflows: by then it is below 1

using Gradients = std::map<std::string, at::Tensor>;

/// Adds up the gradients of all updates, and changes no weight.
class GradientSum final : public train::UpdateRule {
 public:
  GradientSum(std::vector<nn::Parameter> parameters, Gradients& sums)
      : parameters_(std::move(parameters)), sums_(sums) {}

  void update(double) override {
    for (const nn::Parameter& parameter : parameters_) {
      if (!parameter.tensor.grad().defined()) continue;
      const at::Tensor gradient = parameter.tensor.grad().to(torch::kCPU, torch::kFloat, false, /*copy=*/true);
      const auto [sum, is_first] = sums_.emplace(parameter.name, gradient);
      if (!is_first) sum->second += gradient;
    }
  }
  void save(train::Checkpoint&) const override {}
  void load(const train::Checkpoint&) override {}

 private:
  std::vector<nn::Parameter> parameters_;
  Gradients& sums_;
};

struct Learned {
  double loss = std::nan("");  ///< mean over the steps; NaN where one is not finite
  Gradients gradients;         ///< none where they are not finite
};

Learned learn(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
              config::Precision kind) {
  const train::Parts parts = session.parts();
  const nn::Precision precision(kind, session.device);
  precision.apply_to_float32();
  nn::KeptBuffers buffers(parts.backbone);
  buffers.keep();
  const std::vector<nn::Parameter> parameters = nn::parameters(parts.backbone);
  train::Lesson lesson = parts.lesson();
  lesson.precision = precision;
  config::TrainOptions options;
  options.precision = kind;
  Learned learned;
  train::Learner learner(parameters, std::make_unique<GradientSum>(parameters, learned.gradients), options);
  for (int attempt = 0; attempt < most_attempts && learned.gradients.empty(); ++attempt) {
    walk::GivenFragments supply(trial_portions(session, read));
    walk::Steps steps(plan, 0, parts.backbone.info().sites, supply);
    train::Progress progress;
    progress.clip.videos.assign(read.batch->requests.size(), 0);
    train::ClipTrainer trainer(lesson, learner, plan.plan(), steps, parts.mix(*read.batch, 0, 0), 0, progress, {});
    while (trainer.step()) {
    }
    learned.loss = trainer.report(1, {}).loss;
    if (!std::isfinite(learned.loss)) break;
  }
  buffers.put_back();
  return learned;
}

/// The length of the difference, as a part of the length of `exact`.
double relative_difference(const Gradients& exact, const Gradients& other) {
  double difference = 0, length = 0;
  for (const auto& [name, gradient] : exact) {
    length += gradient.to(torch::kDouble).square().sum().item<double>();
    const auto found = other.find(name);
    const at::Tensor rest = found == other.end() ? gradient : gradient - found->second;
    difference += rest.to(torch::kDouble).square().sum().item<double>();
  }
  return std::sqrt(difference / length);
}

}  // namespace

void check_precision(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
                     const run::Display& display) {
  const config::Precision kind = session.config.train.precision;
  if (kind == config::Precision::automatic || kind == config::Precision::fp32) return;
  const std::string name = session.precision().name();
  if (const std::string warning = session.precision().warning(); !warning.empty()) {
    std::printf("  warning: %s\n", warning.c_str());
  }
  session.backbone->train(true);
  Learned exact, learned;
  {
    run::TerminalBar bar("float32 and " + name, "trials", 2, display);
    bar.show(0);
    exact = learn(session, plan, read, config::Precision::fp32);
    bar.show(1);
    learned = learn(session, plan, read, kind);
  }
  std::printf("%-7s", name.c_str());
  if (!std::isfinite(learned.loss)) {
    std::printf("the loss is not finite, where fp32 has %s: use bf16 or fp32\n", fixed(exact.loss, 4).c_str());
  } else if (learned.gradients.empty()) {
    std::printf("the gradient is not finite at any scale of the loss: use bf16 or fp32\n");
  } else {
    std::printf("compared with fp32: loss %s (fp32: %s); the gradient differs by %s %% of its length\n",
                fixed(learned.loss, 4).c_str(), fixed(exact.loss, 4).c_str(),
                fixed(100 * relative_difference(exact.gradients, learned.gradients), 2).c_str());
  }
}

}  // namespace pgt::cli
