/// How the tests of all networks run them in steps.
#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/carry.hpp"
#include "walk/steps.hpp"

namespace pgt::models {

template <class Network>
std::vector<sdk::Pathway> pathways_of(const Network& network) {
  if constexpr (requires { network.pathways(); }) {
    return network.pathways();
  } else {
    return {sdk::Pathway{}};
  }
}

/// `frames` of the slowest pathway.
template <class Network>
std::vector<at::Tensor> clip_for(const Network& network, std::int64_t frames, std::int64_t size = 12) {
  torch::manual_seed(2);
  std::vector<at::Tensor> clip;
  for (const sdk::Pathway& pathway : pathways_of(network)) {
    clip.push_back(torch::randn({2, 3, frames * pathway.ratio, size, size}, torch::kDouble));
  }
  return clip;
}

/// Frames [begin, end) of the slowest pathway, and those of the others beside them.
template <class Network>
sdk::Fragment fragment_of(const Network& network, const std::vector<at::Tensor>& clip, std::int64_t begin,
                          std::int64_t end, std::int64_t bins = 1) {
  sdk::Fragment fragment;
  fragment.head_bins = bins;
  const std::vector<sdk::Pathway> pathways = pathways_of(network);
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    fragment.frames.push_back(clip[p].slice(2, begin * pathways[p].ratio, end * pathways[p].ratio));
  }
  return fragment;
}

/// The boxes of a step, by its place; undefined for a network that scores videos.
using BoxesOfStep = std::function<at::Tensor(std::size_t step)>;
inline at::Tensor no_boxes(std::size_t) { return {}; }

/// Steps of `length` frames of the slowest pathway with overlap 1, until the clip ends.
inline walk::PlanWalk plan_of(const std::vector<sdk::Pathway>& pathways, std::int64_t frames,
                              const sdk::CarryRule& rule, std::int64_t length, bool detach) {
  sdk::Plan plan;
  plan.carry = rule;
  for (std::int64_t begin = 0; begin < frames;) {
    const std::int64_t end = std::min(frames, begin + (begin == 0 ? length : length - 1));
    sdk::Step& step = plan.steps.emplace_back();
    for (const sdk::Pathway& pathway : pathways) {
      step.frames.push_back({begin * pathway.ratio, end * pathway.ratio});
      step.overlap.push_back(begin == 0 ? 0 : pathway.ratio);
    }
    step.detach = detach;
    step.backward = detach || end == frames;
    begin = end;
  }
  return {plan, pathways};
}

/// What `forward` gives for each of the fragments, which a video shows one after the other; at sites that take frames,
/// `overlap` of them are carried.
inline std::vector<at::Tensor> scores_of_fragments(
    const std::vector<sdk::Fragment>& fragments, const std::vector<sdk::Site>& sites, const sdk::CarryRule& rule,
    std::int64_t overlap, bool detach,
    const std::function<at::Tensor(const sdk::Fragment& fragment, sdk::Carry& carry)>& forward) {
  sdk::Plan plan;
  plan.carry = rule;
  std::int64_t end = 0;
  for (const sdk::Fragment& fragment : fragments) {
    sdk::Step& step = plan.steps.emplace_back();
    const std::int64_t begin = std::exchange(end, end + fragment.frames.front().size(2));
    step.frames = {{begin, end}};
    step.overlap = {begin == 0 ? 0 : overlap};
    step.detach = detach;
    step.backward = detach || plan.steps.size() == fragments.size();
  }
  const walk::PlanWalk walk(plan, {sdk::Pathway{}});
  walk::GivenFragments supply(fragments);
  walk::Steps steps(walk, 0, sites, supply);
  std::vector<at::Tensor> scores;
  while (const std::optional<walk::Step> step = steps.next()) scores.push_back(forward(step->fragment, steps.carry()));
  return scores;
}

/// The scores of each step.
template <class Network>
std::vector<at::Tensor> scores_of_steps(Network& network, const std::vector<at::Tensor>& clip,
                                        const sdk::CarryRule& rule, std::int64_t length, bool detach,
                                        const BoxesOfStep& boxes = no_boxes) {
  const walk::PlanWalk plan = plan_of(pathways_of(network), clip.front().size(2), rule, length, detach);
  std::vector<sdk::Fragment> fragments;
  for (const sdk::Step& step : plan.plan().steps) {
    const sdk::FrameRange frames = step.frames.front();
    fragments.push_back(fragment_of(network, clip, frames.begin, frames.end));
    fragments.back().boxes = boxes(fragments.size() - 1);
  }
  walk::GivenFragments supply(fragments);
  walk::Steps steps(plan, 0, network.sites(), supply);
  std::vector<at::Tensor> scores;
  while (const std::optional<walk::Step> step = steps.next()) {
    scores.push_back(network.forward(step->fragment, steps.carry()));
  }
  return scores;
}

/// The same, stacked.
template <class Network>
at::Tensor progressive(Network& network, const std::vector<at::Tensor>& clip, const sdk::CarryRule& rule,
                       std::int64_t length, bool detach, const BoxesOfStep& boxes = no_boxes) {
  return torch::stack(scores_of_steps(network, clip, rule, length, detach, boxes));
}

template <class Network>
at::Tensor whole(Network& network, const std::vector<at::Tensor>& clip, std::int64_t bins = 1,
                 const at::Tensor& boxes = {}) {
  nn::SlotCarry carry(network.sites(), {});
  sdk::Fragment fragment = fragment_of(network, clip, 0, clip.front().size(2), bins);
  fragment.boxes = boxes;
  return network.forward(fragment, carry);
}

}  // namespace pgt::models
