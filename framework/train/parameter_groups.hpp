/// Which parameters are trained alike.
#pragma once

#include <cstdint>
#include <vector>

#include "config/optimizer_options.hpp"
#include "nn/parameters.hpp"

namespace pgt::train {

struct ParameterGroup {
  std::vector<nn::Parameter> parameters;
  double weight_decay = 0;
  double learning_rate = 1;  ///< factor on the rate of the iteration
};

/// The trained parameters, by their decay and their learning rate (docs/method.md M3.4). Decay:
/// `train.norm_weight_decay` for scales and shifts of normalisations, `train.weight_decay` for all others. Learning
/// rate: `train.layer_decay` once for each layer above the parameter's, times `train.head_learning_rate` in the head.
/// How deep a parameter lies `layers` says, or else the order of the outermost modules. No group is empty. Throws
/// Error(config) where the layers decay and there is one only.
std::vector<ParameterGroup> parameter_groups(const std::vector<nn::Parameter>& parameters,
                                             const config::OptimizerOptions& options,
                                             const sdk::LayeredBackbone* layers = nullptr);

/// The same for all parameters of a backbone.
std::vector<ParameterGroup> parameter_groups(sdk::Backbone& backbone, const config::OptimizerOptions& options);

}  // namespace pgt::train
