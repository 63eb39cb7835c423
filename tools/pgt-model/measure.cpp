#include "measure.hpp"

#include <torch/torch.h>

#include "nn/carry.hpp"

namespace pgt::model {
namespace {

void note_slots(const nn::SlotCarry& carry, std::vector<Slot>& slots) {
  const std::map<std::string, at::Tensor> filled = carry.slots();
  for (Slot& slot : slots) {
    const auto found = filled.find(slot.site.name);
    if (found == filled.end() || static_cast<std::int64_t>(found->second.nbytes()) <= slot.bytes) continue;
    slot.shape = found->second.sizes().vec();
    slot.bytes = static_cast<std::int64_t>(found->second.nbytes());
  }
}

}  // namespace

Measured measure(sdk::Backbone& backbone, const ClipShape& clip) {
  const torch::NoGradGuard no_gradients;
  backbone.train(false);
  const sdk::BackboneInfo info = backbone.info();
  sdk::CarryRule rule;
  rule.sites = clip.sites;
  nn::SlotCarry carry(info.sites, rule);
  sdk::Step first, other;
  for (const sdk::Pathway& pathway : info.pathways) {
    first.overlap.push_back(0);
    other.overlap.push_back(clip.overlap * pathway.ratio);
  }

  Measured measured;
  for (const sdk::Site& site : info.sites) measured.slots.push_back({site, {}, 0});
  for (std::int64_t i = 0; i < clip.steps; ++i) {
    const std::int64_t frames = i == 0 ? clip.frames : clip.frames - clip.overlap;
    sdk::Fragment fragment;
    for (const sdk::Pathway& pathway : info.pathways) {
      fragment.frames.push_back(torch::zeros({1, 3, frames * pathway.ratio, clip.size, clip.size}));
    }
    const auto size = static_cast<float>(clip.size);
    if (info.boxes) fragment.boxes = torch::tensor({{0.0F, 0.0F, 0.0F, size, size}});
    carry.begin_step(i == 0, i == 0 ? first : other, &other);
    const Cost cost = cost_of([&] { backbone.forward(fragment, carry); });
    measured.steps.push_back({frames, cost, carry.bytes()});
    note_slots(carry, measured.slots);
  }
  return measured;
}

}  // namespace pgt::model
