#include "train/two_pass.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/trace.hpp"
#include "config/setting_error.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::train {
namespace {

sdk::FeatureBackbone& parts_of(sdk::Backbone& backbone) {
  auto* const parts = sdk::extension_of<sdk::FeatureBackbone>(backbone);
  if (parts == nullptr) throw Error(ExitCode::config, "the network has no features apart from its head");
  return *parts;
}

/// A step's targets, but of these places among its rows alone.
walk::Targets targets_at(const std::vector<std::int64_t>& places, const walk::Targets& of_step, std::size_t all) {
  walk::Targets targets;
  if (!of_step.rows.empty()) {
    for (const std::int64_t place : places) targets.rows.push_back(of_step.rows[static_cast<std::size_t>(place)]);
  }
  if (!of_step.of_moments) return targets;
  targets.of_moments = [places, of_all = of_step.of_moments, all](std::size_t rows, std::int64_t moments) {
    const std::vector<sdk::Target> known = of_all(all, moments);
    std::vector<sdk::Target> found;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto first = known.begin() + places[row] * moments;
      found.insert(found.end(), first, first + moments);
    }
    return found;
  };
  return targets;
}

void unite(std::vector<sdk::Target>& targets, const std::vector<sdk::Target>& more) {
  if (targets.empty()) {
    targets = more;
    return;
  }
  for (std::size_t row = 0; row < more.size(); ++row) {
    std::vector<std::int64_t> classes;
    std::ranges::set_union(targets[row].classes, more[row].classes, std::back_inserter(classes));
    targets[row].classes = std::move(classes);
  }
}

/// What says what the moments of a step are to be, and how many it has.
struct KnownMoments {
  std::function<std::vector<sdk::Target>(std::size_t rows, std::int64_t moments)> targets;
  std::int64_t moments;
};

/// Of each row those of all steps, one after another.
std::vector<sdk::Target> moments_of(const std::vector<KnownMoments>& steps, std::size_t rows) {
  std::vector<std::vector<sdk::Target>> of_steps;
  std::size_t all = 0;
  for (const KnownMoments& known : steps) all += of_steps.emplace_back(known.targets(rows, known.moments)).size();
  std::vector<sdk::Target> targets;
  targets.reserve(all);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto first = of_steps[i].begin() + static_cast<std::int64_t>(row) * steps[i].moments;
      std::move(first, first + steps[i].moments, std::back_inserter(targets));
    }
  }
  return targets;
}

}  // namespace

TwoPass::TwoPass(sdk::Backbone& backbone, const sdk::CarryRule& rule, const nn::Precision& precision)
    : backbone_(backbone), rule_(rule), precision_(precision), parts_(parts_of(backbone)) {}

void TwoPass::take(const walk::Step& step, sdk::Carry& carry) {
  if (!first_) {
    if (done_ == 0) begin_second();
    const at::Tensor features = this->features(step, carry);
    const at::Tensor of_loss = gradient(step, features);
    const TraceSpan span("backward");
    if (features.requires_grad() && of_loss.defined()) torch::autograd::backward({features}, {of_loss});
    done_ += features.size(1);
    return;
  }
  // See Note [Twice the same].
  if (seen_.empty() && at::GradMode::is_enabled()) {
    buffers_.emplace(backbone_).keep();
  }
  const at::NoGradGuard no_graph;
  const at::Tensor features = this->features(step, carry);
  features_.add(step.rows, features);
  Seen& seen = seen_.emplace_back(step, features.size(1));
  seen.step.fragment.frames.clear();
  seen.step.following.reset();
}

void TwoPass::begin_second() {
  for (Group& group : groups_) {
    group.gradient = group.features.grad();
    group.features.reset();
  }
  nn::release_unused_tensor_memory();  // of the head
}

at::Tensor TwoPass::features(const walk::Step& step, sdk::Carry& carry) {
  const TraceSpan span("forward");
  const nn::Autocast cast(precision_);
  return parts_.features(step.fragment, carry);
}

std::vector<TwoPass::Whole> TwoPass::end_first(const std::set<std::size_t>& broken) {
  first_ = false;
  nn::release_unused_tensor_memory();  // the head's tensors are of other sizes than those of the steps
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
  for (const auto& [count, of_count] : rows) wholes.push_back(gather(of_count, count));
  seen_ = {};  // before the heads take memory
  features_ = {};
  nn::release_unused_tensor_memory();
  for (std::size_t i = 0; i < wholes.size(); ++i) score(wholes[i], groups_[i].features);
  // A moment weighs the same in every video: what is not shown of a shorter one counts for nothing (M3.11).
  for (Whole& whole : wholes) {
    if (whole.parts.empty()) continue;
    whole.step.plan.loss_weight =
        static_cast<double>(whole.scores.size(1)) / static_cast<double>(wholes.back().scores.size(1));
  }
  return wholes;
}

TwoPass::Whole TwoPass::gather(const std::vector<std::size_t>& rows, std::size_t steps) {
  std::int64_t count = 0;
  std::vector<Part> parts;
  std::vector<KnownMoments> known;
  walk::Step step = seen_.front().step;
  step.index = static_cast<std::int64_t>(steps);
  step.following.reset();
  step.rows = rows;
  step.targets = {};
  step.plan.loss_weight = 1;
  step.plan.positions.clear();
  for (std::size_t p = 0; p < step.plan.frames.size(); ++p) {
    step.plan.frames[p].end = seen_[steps - 1].step.plan.frames[p].end;
  }
  for (std::size_t i = 0; i < steps; ++i) {
    const Seen& seen = seen_[i];
    const std::vector<std::int64_t> places = walk::places_of(rows, seen.step.rows);
    count += seen.features;
    walk::Targets targets = targets_at(places, seen.step.targets, seen.step.rows.size());
    unite(step.targets.rows, targets.rows);
    if (backbone_.info().output != sdk::Output::moments) continue;
    parts.push_back({seen.step, seen.features});
    parts.back().step.rows = rows;
    parts.back().step.targets = {};
    if (targets.of_moments) known.push_back({std::move(targets.of_moments), seen.features});
  }
  Group group{rows, features_.of(rows, count), {}};
  group.features.requires_grad_(at::GradMode::is_enabled());
  if (!known.empty()) {
    step.targets.of_moments = [known = std::move(known)](std::size_t first_rows, std::int64_t) {
      return moments_of(known, first_rows);
    };
  }
  groups_.push_back(std::move(group));
  return {std::move(step), at::Tensor(), std::move(parts)};
}

void TwoPass::score(Whole& whole, const at::Tensor& features) {
  whole.scores = head(features, whole.step);
  if (whole.parts.empty() || whole.scores.size(1) == features.size(1)) return;
  throw Error(ExitCode::plugin, "the network's head gave " + std::to_string(whole.scores.size(1)) + " moments of " +
                                    std::to_string(features.size(1)) +
                                    " features: in two passes it must score one for each");
}

at::Tensor TwoPass::head(const at::Tensor& features, const walk::Step& step) {
  nn::SlotCarry carry(backbone_.info().sites, rule_);
  carry.begin_step(true, step.plan, nullptr);
  return nn::computed(precision_, [&] { return parts_.head(features, step.fragment, carry); });
}

/// What the losses say about these features of a step; undefined where they say nothing.
at::Tensor TwoPass::gradient(const walk::Step& step, const at::Tensor& features) const {
  at::Tensor gradient;
  const std::int64_t width = features.size(1);
  for (const Group& group : groups_) {
    const at::Tensor& whole = group.gradient;
    std::vector<std::size_t> rows;  // those that are still there
    std::ranges::set_intersection(group.rows, step.rows, std::back_inserter(rows));
    if (!whole.defined() || rows.empty()) continue;
    if (!gradient.defined()) gradient = torch::zeros_like(features);
    const auto index = [&](const std::vector<std::size_t>& all) { return index_of(rows, all, features); };
    const at::Tensor part = whole.narrow(1, done_, width);
    gradient.index_copy_(0, index(step.rows), part.index_select(0, index(group.rows)));
  }
  return gradient;
}

void check_two_pass(const sdk::Plan& plan, sdk::Backbone& backbone, const std::string& model,
                    const std::string& schedule) {
  if (plan.passes == sdk::Passes::one) return;
  const std::string learns = "schedule \"" + schedule + "\" learns in two passes, ";
  if (backbone.info().output == sdk::Output::boxes) {
    throw config::SettingError("schedule.use",
                               learns + "which is not for networks that score boxes: choose another schedule");
  }
  if (sdk::extension_of<sdk::FeatureBackbone>(backbone) == nullptr) {
    throw config::SettingError(
        "schedule.use", learns + "which needs the features of a network apart from its head, and model \"" + model +
                            "\" does not give them (sdk::FeatureBackbone): choose another model or "
                            "another schedule, such as \"pgt\"");
  }
}

}  // namespace pgt::train
