/// A small network of each family, to score videos or moments.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>

#include "c2d_options.hpp"
#include "i3d_options.hpp"
#include "models/recurrent/recurrent.hpp"
#include "models/regnet/regnet.hpp"
#include "models/vit/vit.hpp"
#include "models/x3d/x3d.hpp"
#include "r3d_options.hpp"
#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace pgt::models {

constexpr std::int64_t small_picture = 16;

/// In float64, with weights that show. The norms of all are frozen: those of groups are over the frames of a step.
template <class Network>
std::shared_ptr<Network> lively(std::shared_ptr<Network> network) {
  network->to(torch::kDouble);
  const torch::NoGradGuard no_gradients;
  for (const at::Tensor& parameter : network->parameters()) parameter.add_(torch::randn_like(parameter), 0.1);
  return network;
}

inline MomentOptions small_moments(MomentKind kind) {
  MomentOptions moments;
  moments.kind = kind;
  moments.layers = kind == MomentKind::gru ? 2 : 3;
  moments.width = 6;
  return moments;
}

/// Without an option, of videos.
template <class Options>
std::shared_ptr<resnet3d::ResNet> small_resnet(std::optional<MomentKind> moments = {}) {
  Options options = resnet3d::tiny<Options>();
  options.norm.kind = NormKind::frozen;
  if (moments) {
    options.head = resnet3d::HeadKind::moments;
    options.moments = small_moments(*moments);
  }
  return lively(resnet3d::make(options));
}

/// The same of the families with `HeadOptions`.
template <class Network, class Options>
std::shared_ptr<Network> small_network(Options options, std::optional<MomentKind> moments = {}) {
  torch::manual_seed(1);
  if (moments) {
    options.head.kind = HeadKind::moments;
    options.head.moments = small_moments(*moments);
  }
  return lively(std::make_shared<Network>(options, sdk::BackboneContext{3}));
}

inline x3d::Options small_x3d() {
  x3d::Options options;
  options.width_factor = 0.5;
  options.depth_factor = 0.2;
  options.lin_5_width = 12;
  options.norm.kind = NormKind::frozen;
  options.dropout = 0.0;
  return options;
}

inline regnet::Options small_regnet() {
  regnet::Options options;
  options.blocks = {1, 1};
  options.widths = {8, 16};
  options.strides = {2, 2};
  options.temporal_kernels = {1, 3};
  options.stem_width = 8;
  options.groups = 2;
  options.norm.kind = NormKind::frozen;
  return options;
}

inline vit::Options small_vit() {
  vit::Options options;
  options.patch = 8;
  options.width = 8;
  options.depth = 2;
  options.heads = 2;
  options.mlp_ratio = 2;
  options.memory = 3;
  return options;
}

inline std::shared_ptr<recurrent::Recurrent> small_recurrent(Cell cell, bool moments) {
  torch::manual_seed(1);
  recurrent::Options options;
  options.blocks = {1, 1};
  options.width = 4;
  options.stem = recurrent::Stem::small;
  options.norm = NormKind::group;
  options.norm_groups = 2;
  options.cell = cell == Cell::gru ? recurrent::CellKind::gru : recurrent::CellKind::lstm;
  options.state_width = 5;
  options.state_layers = 2;
  options.head = moments ? recurrent::Head::moments : recurrent::Head::basic;
  options.dropout = 0.0;
  return lively(std::make_shared<recurrent::Recurrent>(options, sdk::BackboneContext{3}));
}

}  // namespace pgt::models
