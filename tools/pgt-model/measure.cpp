#include "measure.hpp"

#include <torch/torch.h>

#include <optional>

#include "clip_plan.hpp"
#include "walk/steps.hpp"

namespace pgt::model {
namespace {

/// A site's first part and, where it has several, the bytes of all.
void note_slots(const nn::SlotCarry& carry, std::vector<Slot>& slots) {
  const std::map<std::string, at::Tensor> filled = carry.slots();
  for (Slot& slot : slots) {
    const auto found = filled.find(slot.site.name);
    if (found == filled.end()) continue;
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] : filled) {
      const bool own = name == slot.site.name || name.starts_with(slot.site.name + "/");
      if (own) bytes += static_cast<std::int64_t>(tensor.nbytes());
    }
    if (bytes <= slot.bytes) continue;
    slot.shape = found->second.sizes().vec();
    slot.bytes = bytes;
  }
}

/// What each step is fed with; one box, the whole picture, where boxes are scored.
std::vector<sdk::Fragment> zeros(const sdk::BackboneInfo& info, const ClipShape& clip) {
  std::vector<sdk::Fragment> fragments(static_cast<std::size_t>(clip.steps));
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    const std::int64_t frames = i == 0 ? clip.frames : clip.frames - clip.overlap;
    for (const sdk::Pathway& pathway : info.pathways) {
      fragments[i].frames.push_back(torch::zeros({1, 3, frames * pathway.ratio, clip.size, clip.size}));
    }
    const auto size = static_cast<float>(clip.size);
    if (info.output == sdk::Output::boxes) fragments[i].boxes = torch::tensor({{0.0F, 0.0F, 0.0F, size, size}});
  }
  return fragments;
}

}  // namespace

Measured measure(sdk::Backbone& backbone, const ClipShape& clip) {
  const torch::NoGradGuard no_gradients;
  backbone.train(false);
  const sdk::BackboneInfo info = backbone.info();
  sdk::CarryRule rule;
  rule.sites = clip.sites;
  const walk::PlanWalk plan = endless_plan_of(info.pathways, clip, rule);  // the last one, too, leaves something
  walk::GivenFragments supply(zeros(info, clip));
  walk::Steps steps(plan, endless, info.sites, supply);
  Measured measured;
  for (const sdk::Site& site : info.sites) measured.slots.push_back({site, {}, 0});
  while (const std::optional<walk::Step> step = steps.next()) {
    const Cost cost = cost_of([&] { backbone.forward(step->fragment, steps.carry()); });
    const std::int64_t frames = step->index == 0 ? clip.frames : clip.frames - clip.overlap;
    measured.steps.push_back({frames, cost, steps.carry().bytes()});
    note_slots(steps.carry(), measured.slots);
  }
  return measured;
}

}  // namespace pgt::model
