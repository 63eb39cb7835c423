// A backbone's tensors and their gradients.

#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <sstream>

#include <pgt/sdk/recompute.hpp>

#include "conformance.hpp"
#include "gradients.hpp"
#include "nn/parameters.hpp"
#include "nn/recompute.hpp"

namespace pgt::model {
namespace {

using check::broken;
using check::broken_if;
using check::holds;
using check::Seen;

constexpr std::size_t most_gradients = 30;

Seen tensors_keep_their_order(const Tried& tried) {
  const auto once = nn::parameters(tried.backbone()), twice = nn::parameters(tried.backbone());
  if (nn::trained_values(tried.backbone()) == 0) return broken("nothing of it is trained");
  for (std::size_t i = 0; i < std::max(once.size(), twice.size()); ++i) {
    if (once.size() != twice.size() || once[i].name != twice[i].name)
      return broken("visit_parameters gives another list the second time");
    if (!once[i].tensor.is_same(twice[i].tensor))
      return broken(once[i].name + " is another tensor the second time: visit the backbone's own");
  }
  return holds(std::to_string(once.size()) + " tensors");
}

Seen tensors_have_names(const Tried& tried) {
  std::set<std::string> names;
  for (const nn::Parameter& parameter : nn::parameters(tried.backbone())) {
    if (parameter.name.empty()) return broken("a tensor has no name");
    if (!names.insert(parameter.name).second) return broken("two tensors are called " + parameter.name);
  }
  return holds();
}

/// What a checkpoint of it holds is all that it computes with.
Seen state_is_whole(const Tried& tried) {
  tried.need_finite_scores();
  tried.scores_in(true);  // running statistics that are no longer those of the start
  const auto expected = tried.scores(tried.trial());
  const auto other = tried.make(1);
  other->train(false);
  nn::move(*other, c10::Device(c10::kCPU), tried.no_64_bits().empty() ? at::kDouble : at::kFloat);
  nn::load_state(*other, nn::state(tried.backbone()));
  const torch::NoGradGuard no_gradients;
  return broken_if(difference(tried, tried.trial().scores(*other, rule_of(sdk::SiteFilter::temporal), true), expected));
}

at::Tensor weighted_sum(const std::vector<at::Tensor>& scores_of_steps) {
  at::Tensor sum;
  for (const at::Tensor& scores : scores_of_steps) {
    const at::Tensor weights = torch::arange(1, scores.numel() + 1, torch::kDouble).cos().view(scores.sizes());
    sum = sum.defined() ? sum + (scores * weights).sum() : (scores * weights).sum();
  }
  return sum;
}

std::vector<GradientDifference> wrong_gradients_of(const Tried& tried, bool detach) {
  const sdk::CarryRule rule = rule_of(sdk::SiteFilter::temporal);
  const CarriedIn carried = tried.trial().carried(tried.backbone(), rule);
  const auto loss = [&](const CarriedIn* fixed) {
    return weighted_sum(tried.trial().scores(tried.backbone(), rule, detach, fixed));
  };
  return wrong_gradients(
      nn::parameters(tried.backbone()), [&] { return loss(nullptr); },
      [&] { return loss(detach ? &carried : nullptr); }, most_gradients);
}

template <bool Detach>
Seen gradients_are_right(const Tried& tried) {
  if (!tried.no_64_bits().empty()) throw check::CannotBeTried{"it does not run in 64 bits: " + tried.no_64_bits()};
  tried.need_finite_scores();
  const auto wrong = wrong_gradients_of(tried, Detach);
  if (wrong.empty()) return holds();
  std::ostringstream text;
  text << "of " << wrong.front().parameter << " (value " << wrong.front().place << ") it is " << wrong.front().gradient
       << ", but " << wrong.front().difference << " by finite differences";
  if (wrong.size() > 1) text << "; " << wrong.size() - 1 << " more are wrong";
  if (!Detach && wrong_gradients_of(tried, true).empty()) {
    text << ". Detached at each step they are right: the backbone itself cuts what it carries off from the gradient "
            "(detach(), or no gradients, before enter or exchange), so detach = false of a schedule does not reach "
            "earlier steps through it";
  }
  return broken(text.str());
}

/// Gradients and buffers after a training step, of which the same draws are made each time.
std::vector<nn::Parameter> learned(const Tried& tried, sdk::Backbone& backbone, bool detach) {
  torch::manual_seed(1);
  for (const nn::Parameter& parameter : nn::parameters(backbone)) parameter.tensor.mutable_grad().reset();
  weighted_sum(tried.trial().scores(backbone, rule_of(sdk::SiteFilter::temporal), detach)).backward();
  std::vector<nn::Parameter> after = nn::parameters(backbone);
  std::erase_if(after, [](const nn::Parameter& one) { return !one.is_buffer() && !one.tensor.grad().defined(); });
  for (nn::Parameter& one : after) one.tensor = (one.is_buffer() ? one.tensor : one.tensor.grad()).clone();
  return after;
}

Seen stages_can_be_computed_again(const Tried& tried) {
  tried.need_finite_scores();
  const auto type = tried.no_64_bits().empty() ? at::kDouble : at::kFloat;
  const auto fresh = [&] {
    auto backbone = tried.make(1);
    nn::move(*backbone, c10::Device(c10::kCPU), type);
    backbone->train(true);
    return backbone;
  };
  const auto kept = fresh(), again = fresh();
  auto* recomputing = sdk::extension_of<sdk::RecomputingBackbone>(*again);
  if (recomputing == nullptr) throw check::CannotBeTried{"it cannot compute stages again"};
  const std::vector<std::string> stages = recomputing->stages();
  if (stages.empty()) return broken("it names no stage");
  nn::StageRecomputer recomputer(tried.plugin(), *again);
  recomputer.choose(stages);
  recomputing->recompute(recomputer);
  for (const bool detach : {true, false}) {
    const auto expected = learned(tried, *kept, detach), found = learned(tried, *again, detach);
    if (found.size() != expected.size()) return broken("other parameters get a gradient");
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double limit = tried.tolerance() * (1 + expected[i].tensor.abs().max().item<double>());
      if ((found[i].tensor - expected[i].tensor).abs().max().item<double>() <= limit) continue;
      return broken((found[i].is_buffer() ? "" : "the gradient of ") + found[i].name + " is another one than without");
    }
  }
  return holds(std::to_string(stages.size()) + " stages");
}

constexpr BackboneRule gradient_rules[] = {
    {{"backbone.tensors", "its tensors keep their names and order, and are its own",
      "backbone.hpp: Backbone::visit_parameters", "visit members, not copies"},
     tensors_keep_their_order},
    {{"backbone.tensor-names", "each tensor has a name of its own", "backbone.hpp: ParameterVisitor",
      "checkpoints use the names"},
     tensors_have_names},
    {{"backbone.whole-state", "its tensors are all that it computes with: a checkpoint gives the same scores",
      "backbone.hpp: ParameterVisitor", "register every parameter and buffer"},
     state_is_whole},
    {{"backbone.gradients", "gradients are those of finite differences, detached at each step",
      "docs/write-a-backbone.md: From an empty folder", "look for detach(), item() or a NoGradGuard in forward"},
     gradients_are_right<true>},
    {{"backbone.gradients-through-carry", "gradients are those of finite differences, through the carry",
      "docs/write-a-backbone.md: From an empty folder", "give enter and exchange what still has its graph"},
     gradients_are_right<false>},
    {{"backbone.computed-again",
      "stages that are computed again in the backward give the same gradients and statistics",
      "recompute.hpp: RecomputingBackbone",
      "compute each part from x and the carry alone, and change neither x nor members"},
     stages_can_be_computed_again},
};

}  // namespace

std::span<const BackboneRule> rules_of_gradients() { return gradient_rules; }

}  // namespace pgt::model
