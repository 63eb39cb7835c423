/// Small residual networks and how to run them in steps.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "resnet.hpp"
#include "slow_options.hpp"
#include "steps.hpp"

namespace resnet3d {

using pgt::models::clip_for;
using pgt::models::fragment_of;
using pgt::models::progressive;
using pgt::models::whole;

/// Small enough for finite differences, and like the sample task's network.
template <class Options = SlowOptions>
Options tiny() {
  Options options;
  options.depth = 18;
  options.blocks = {1, 1, 1};
  options.width = 4;
  options.strides = {1, 2, 2};
  options.stem = StemKind::small;
  options.norm.kind = NormKind::group;
  options.norm.groups = 2;
  options.zero_init_final_norm = false;
  options.dropout = 0.0;
  if constexpr (requires { options.temporal_kernels; }) options.temporal_kernels = {1, 3, 3};
  if constexpr (requires { options.temporal_strides; }) options.temporal_strides = {1, 1, 1};
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

/// The problems that an options struct reports, one line each.
template <class Options>
std::string problems_of(const Options& options) {
  pgt::sdk::Problems problems;
  options.check(problems);
  std::string text;
  for (const pgt::sdk::Problem& problem : problems) text += problem.option + " " + problem.text + "\n";
  return text;
}

}  // namespace resnet3d
