/// How the tests of all networks run them in steps.
#pragma once

#include <torch/torch.h>

#include <functional>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/carry.hpp"

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

/// The scores of each step: steps of `length` frames of the slowest pathway with overlap 1.
template <class Network>
std::vector<at::Tensor> scores_of_steps(Network& network, const std::vector<at::Tensor>& clip,
                                        const sdk::CarryRule& rule, std::int64_t length, bool detach,
                                        const BoxesOfStep& boxes = no_boxes) {
  nn::SlotCarry carry(network.sites(), rule);
  sdk::Step first, other;
  for (const sdk::Pathway& pathway : pathways_of(network)) {
    first.overlap.push_back(0);
    other.overlap.push_back(pathway.ratio);
  }
  other.detach = detach;
  std::vector<at::Tensor> scores;
  const std::int64_t frames = clip.front().size(2);
  for (std::int64_t begin = 0; begin < frames;) {
    const std::int64_t end = begin + (begin == 0 ? length : length - 1);
    carry.begin_step(begin == 0, begin == 0 ? first : other, end < frames ? &other : nullptr);
    sdk::Fragment fragment = fragment_of(network, clip, begin, end);
    fragment.boxes = boxes(scores.size());
    scores.push_back(network.forward(fragment, carry));
    begin = end;
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
  carry.begin_step(true, {}, nullptr);
  sdk::Fragment fragment = fragment_of(network, clip, 0, clip.front().size(2), bins);
  fragment.boxes = boxes;
  return network.forward(fragment, carry);
}

}  // namespace pgt::models
