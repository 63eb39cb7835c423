/// Small residual networks and how to run them in steps.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "nn/carry.hpp"
#include "resnet.hpp"
#include "slow_options.hpp"

namespace resnet3d {

/// Small enough for finite differences, and like the sample task's network.
template <class Options = SlowOptions>
Options tiny() {
  Options options;
  options.depth = 18;
  options.blocks = {1, 1, 1};
  options.width = 4;
  options.strides = {1, 2, 2};
  options.stem = StemKind::small;
  options.norm = NormKind::group;
  options.norm_groups = 2;
  options.zero_init_final_norm = false;
  options.dropout = 0.0;
  if constexpr (requires { options.temporal_kernels; }) options.temporal_kernels = {1, 3, 3};
  if constexpr (requires { options.fast_temporal_kernels; }) {
    options.fast_temporal_kernels = {3, 3, 3};
    options.frame_ratio = 2;
    options.width_ratio = 2;
  }
  return options;
}

template <class Options>
std::shared_ptr<ResNet> make(const Options& options, std::int64_t classes = 3) {
  torch::manual_seed(1);
  auto network = std::make_shared<ResNet>(options.layout(classes));
  network->to(torch::kDouble);
  return network;
}

/// `frames` of the slowest pathway.
inline std::vector<at::Tensor> clip_for(const ResNet& network, std::int64_t frames, std::int64_t size = 12) {
  torch::manual_seed(2);
  std::vector<at::Tensor> clip;
  for (const pgt::sdk::Pathway& pathway : network.pathways()) {
    clip.push_back(torch::randn({2, 3, frames * pathway.ratio, size, size}, torch::kDouble));
  }
  return clip;
}

/// Frames [begin, end) of the slowest pathway, and those of the others beside them.
inline pgt::sdk::Fragment fragment_of(const ResNet& network, const std::vector<at::Tensor>& clip, std::int64_t begin,
                                      std::int64_t end, std::int64_t bins = 1) {
  pgt::sdk::Fragment fragment;
  fragment.head_bins = bins;
  const std::vector<pgt::sdk::Pathway> pathways = network.pathways();
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    fragment.frames.push_back(clip[p].slice(2, begin * pathways[p].ratio, end * pathways[p].ratio));
  }
  return fragment;
}

/// The scores of all steps, stacked: steps of `length` frames of the slowest pathway with overlap 1.
inline at::Tensor progressive(ResNet& network, const std::vector<at::Tensor>& clip, const pgt::sdk::CarryRule& rule,
                              std::int64_t length, bool detach) {
  pgt::nn::SlotCarry carry(network.sites(), rule);
  pgt::sdk::Step first, other;
  for (const pgt::sdk::Pathway& pathway : network.pathways()) {
    first.overlap.push_back(0);
    other.overlap.push_back(pathway.ratio);
  }
  other.detach = detach;
  std::vector<at::Tensor> scores;
  const std::int64_t frames = clip.front().size(2);
  for (std::int64_t begin = 0; begin < frames;) {
    const std::int64_t end = begin + (begin == 0 ? length : length - 1);
    carry.begin_step(begin == 0, begin == 0 ? first : other, end < frames ? &other : nullptr);
    scores.push_back(network.forward(fragment_of(network, clip, begin, end), carry));
    begin = end;
  }
  return torch::stack(scores);
}

inline at::Tensor whole(ResNet& network, const std::vector<at::Tensor>& clip, std::int64_t bins = 1) {
  pgt::nn::SlotCarry carry(network.sites(), {});
  carry.begin_step(true, {}, nullptr);
  return network.forward(fragment_of(network, clip, 0, clip.front().size(2), bins), carry);
}

/// The problems that an options struct reports, a line each.
template <class Options>
std::string problems_of(const Options& options) {
  pgt::sdk::Problems problems;
  options.check(problems);
  std::string text;
  for (const pgt::sdk::Problem& problem : problems) text += problem.option + " " + problem.text + "\n";
  return text;
}

}  // namespace resnet3d
