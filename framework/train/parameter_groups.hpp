/// Which parameters are trained alike.
#pragma once

#include <vector>

#include "config/run_options.hpp"
#include "nn/parameters.hpp"

namespace pgt::train {

struct ParameterGroup {
  std::vector<nn::Parameter> parameters;
  double weight_decay = 0;
};

/// The trained parameters, by their decay: `train.norm_weight_decay` for scales and shifts of normalisations,
/// `train.weight_decay` for all others (docs/method.md M3.4). No group is empty.
std::vector<ParameterGroup> parameter_groups(const std::vector<nn::Parameter>& parameters,
                                             const config::TrainOptions& options);

}  // namespace pgt::train
