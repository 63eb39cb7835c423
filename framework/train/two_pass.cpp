#include "train/two_pass.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/error.hpp"

namespace pgt::train {
namespace {

sdk::FeatureBackbone& parts_of(sdk::Backbone& backbone) {
  auto* const parts = sdk::extension_of<sdk::FeatureBackbone>(backbone);
  if (parts == nullptr) throw Error(ExitCode::config, "the network has no features apart from its head");
  return *parts;
}

std::vector<std::int64_t> places_among(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& all) {
  std::vector<std::int64_t> places;
  for (const std::size_t row : rows) places.push_back(std::ranges::lower_bound(all, row) - all.begin());
  return places;
}

void unite(sdk::Target& target, const sdk::Target& more) {
  std::vector<std::int64_t> classes;
  std::ranges::set_union(target.classes, more.classes, std::back_inserter(classes));
  target.classes = std::move(classes);
}

}  // namespace

TwoPass::TwoPass(sdk::Backbone& backbone, const sdk::CarryRule& rule, const nn::Precision& precision)
    : backbone_(backbone), rule_(rule), precision_(precision), parts_(parts_of(backbone)) {}

void TwoPass::take(const walk::Step& step, sdk::Carry& carry) {
  if (!first_) {
    const at::Tensor features = this->features(step, carry);
    const at::Tensor of_loss = gradient(step, features);
    if (features.requires_grad() && of_loss.defined()) torch::autograd::backward({features}, {of_loss});
    done_ += features.size(1);
    return;
  }
  // See Note [Twice the same].
  if (seen_.empty() && at::GradMode::is_enabled()) {
    buffers_.emplace(backbone_).keep();
  }
  const at::NoGradGuard no_graph;
  Seen seen{step, features(step, carry)};
  seen.step.fragment.frames.clear();
  seen_.push_back(std::move(seen));
}

at::Tensor TwoPass::features(const walk::Step& step, sdk::Carry& carry) {
  const nn::Autocast cast(precision_);
  return parts_.features(step.fragment, carry);
}

std::vector<TwoPass::Whole> TwoPass::end_first(const std::set<std::size_t>& broken) {
  first_ = false;
  if (buffers_) buffers_->put_back();
  std::map<std::size_t, std::size_t> steps;  // that each row took
  for (const Seen& seen : seen_) {
    for (const std::size_t row : seen.step.rows) ++steps[row];
  }
  std::map<std::size_t, std::vector<std::size_t>> rows;  // that took so many
  for (const auto& [row, count] : steps) {
    if (!broken.contains(row)) rows[count].push_back(row);
  }
  std::vector<Whole> wholes;
  for (const auto& [count, of_count] : rows) wholes.push_back(whole(of_count, count));
  seen_.clear();
  return wholes;
}

at::Tensor TwoPass::of_rows(const Seen& seen, const std::vector<std::size_t>& rows) const {
  const at::Tensor places = torch::tensor(places_among(rows, seen.step.rows)).to(seen.features.device());
  return seen.features.index_select(0, places);
}

TwoPass::Whole TwoPass::whole(const std::vector<std::size_t>& rows, std::size_t steps) {
  std::vector<at::Tensor> features;
  walk::Step step = seen_.front().step;
  step.index = static_cast<std::int64_t>(steps);
  step.following.reset();
  step.rows = rows;
  step.targets.rows.clear();
  step.plan.loss_weight = 1;
  step.plan.positions.clear();
  for (std::size_t p = 0; p < step.plan.frames.size(); ++p) {
    step.plan.frames[p].end = seen_[steps - 1].step.plan.frames[p].end;
  }
  for (std::size_t i = 0; i < steps; ++i) {
    const Seen& seen = seen_[i];
    features.push_back(of_rows(seen, rows));
    if (seen.step.targets.rows.empty()) continue;
    step.targets.rows.resize(rows.size());
    const std::vector<std::int64_t> places = places_among(rows, seen.step.rows);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const sdk::Target& target = seen.step.targets.rows[static_cast<std::size_t>(places[row])];
      i == 0 ? void(step.targets.rows[row] = target) : unite(step.targets.rows[row], target);
    }
  }
  Group group{rows, torch::cat(features, 1)};
  group.features.requires_grad_(at::GradMode::is_enabled());
  nn::SlotCarry carry(backbone_.info().sites, rule_);
  carry.begin_step(true, step.plan, nullptr);
  const nn::Autocast cast(precision_);
  at::Tensor scores = parts_.head(group.features, step.fragment, carry);
  if (precision_.half()) scores = scores.to(at::kFloat);
  groups_.push_back(std::move(group));
  return {std::move(step), std::move(scores)};
}

/// What the losses say about these features of a step; undefined where they say nothing.
at::Tensor TwoPass::gradient(const walk::Step& step, const at::Tensor& features) const {
  at::Tensor gradient;
  const std::int64_t width = features.size(1);
  for (const Group& group : groups_) {
    const at::Tensor& whole = group.features.grad();
    std::vector<std::size_t> rows;  // those that are still there
    std::ranges::set_intersection(group.rows, step.rows, std::back_inserter(rows));
    if (!whole.defined() || rows.empty()) continue;
    if (!gradient.defined()) gradient = torch::zeros_like(features);
    const auto index = [&](const std::vector<std::size_t>& all) {
      return torch::tensor(places_among(rows, all)).to(features.device());
    };
    const at::Tensor part = whole.narrow(1, done_, width);
    gradient.index_copy_(0, index(step.rows), part.index_select(0, index(group.rows)));
  }
  return gradient;
}

void check_two_pass(const sdk::Plan& plan, sdk::Backbone& backbone, const std::string& model,
                    const std::string& schedule) {
  if (plan.passes == sdk::Passes::one) return;
  const std::string learns = "schedule \"" + schedule + "\" learns in two passes, ";
  if (backbone.info().output != sdk::Output::clip) {
    throw Error(ExitCode::config, learns + "which is for networks that score whole videos: choose another schedule");
  }
  if (sdk::extension_of<sdk::FeatureBackbone>(backbone) == nullptr) {
    throw Error(ExitCode::config, learns + "which needs the features of a network apart from its head, and model \"" +
                                      model +
                                      "\" does not give them (sdk::FeatureBackbone): choose another model or "
                                      "another schedule, such as \"pgt\"");
  }
}

}  // namespace pgt::train
