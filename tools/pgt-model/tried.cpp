#include "tried.hpp"

#include <torch/torch.h>

#include <sstream>

#include "base/error.hpp"
#include "nn/parameters.hpp"

namespace pgt::model {
namespace {

/// Away from where training starts: a branch that starts as nothing, on the edge of a ReLU, hides what it does and has
/// no gradient.
void leave_the_start(sdk::Backbone& backbone) {
  const torch::NoGradGuard no_gradients;
  torch::manual_seed(2);
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    if (parameter.trained()) parameter.tensor.add_(torch::randn_like(parameter.tensor), 0.02);
  }
}

/// Why the backbone does not run in 64 bits; empty: it does.
std::string move_to_64_bits(sdk::Backbone& backbone, const ClipShape& clip) {
  nn::move(backbone, c10::Device(c10::kCPU), at::kDouble);
  try {
    const torch::NoGradGuard no_gradients;
    Trial(backbone.info(), clip, 1, at::kDouble).scores(backbone, {}, true);
    return "";
  } catch (const std::exception& error) {
    nn::move(backbone, c10::Device(c10::kCPU), at::kFloat);
    return error.what();
  }
}

}  // namespace

sdk::CarryRule rule_of(sdk::SiteFilter sites) {
  sdk::CarryRule rule;
  rule.reduce = sdk::Reduce::max;
  rule.momentum = 0.25;
  rule.sites = sites;
  return rule;
}

std::string difference(const Tried& tried, const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  for (std::size_t step = 0; step < a.size(); ++step) {
    const double most = (a[step] - b[step]).abs().max().item<double>();
    const double scale = 1 + b[step].abs().max().item<double>();
    if (most <= tried.tolerance() * scale) continue;
    std::ostringstream text;
    text << "the scores of step " << step << " differ by " << most;
    return text.str();
  }
  return "";
}

void Tried::prepare() const {
  if (backbone_ != nullptr) return;
  try {
    backbone_ = make(0);
  } catch (const std::exception&) {
    throw check::CannotBeTried{"see backbone.made"};
  }
  backbone_->train(false);
  leave_the_start(*backbone_);
  info_ = backbone_->info();
  no_64_bits_ = move_to_64_bits(*backbone_, clip_);
  trial_.emplace(info_, clip_, 2, no_64_bits_.empty() ? at::kDouble : at::kFloat);
}

sdk::Backbone& Tried::backbone() const {
  prepare();
  return *backbone_;
}
const sdk::BackboneInfo& Tried::info() const {
  prepare();
  return info_;
}
const Trial& Tried::trial() const {
  prepare();
  return *trial_;
}
const std::string& Tried::no_64_bits() const {
  prepare();
  return no_64_bits_;
}

std::vector<at::Tensor> Tried::scores_in(bool training) const {
  const torch::NoGradGuard no_gradients;
  backbone().train(training);
  auto scores = trial().scores(backbone(), rule_of(sdk::SiteFilter::temporal), true);
  backbone().train(false);
  return scores;
}

void Tried::need_finite_scores() const {
  if (!not_usable_) {
    not_usable_ = "";
    try {
      for (const at::Tensor& scores : scores_in(false)) {
        if (!scores.isfinite().all().item<bool>()) not_usable_ = "its scores are not finite: see backbone.finite";
      }
    } catch (const std::exception&) {
      not_usable_ = "it does not run: see backbone.runs";
    }
  }
  if (!not_usable_->empty()) throw check::CannotBeTried{*not_usable_};
  backbone().train(false);
}

std::vector<at::Tensor> Tried::scores(const Trial& trial, sdk::SiteFilter sites) const {
  need_finite_scores();
  const torch::NoGradGuard no_gradients;
  return trial.scores(backbone(), rule_of(sites), true);
}

}  // namespace pgt::model
