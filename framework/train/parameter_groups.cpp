#include "train/parameter_groups.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "config/setting_error.hpp"
#include "train/layers.hpp"

namespace pgt::train {

std::vector<ParameterGroup> parameter_groups(const std::vector<nn::Parameter>& parameters,
                                             const config::OptimizerOptions& options,
                                             const sdk::LayeredBackbone* layers) {
  const LayersByName by_name(parameters);
  const sdk::LayeredBackbone& depths = layers != nullptr ? *layers : by_name;
  if (options.layer_decay < 1 && depths.layers() < 2) {
    throw config::SettingError(
        "train.layer_decay",
        "train.layer_decay needs a network of several layers, but this one has a single outermost module and "
        "does not say how deep its parameters lie (sdk::LayeredBackbone): leave it out");
  }
  std::map<std::pair<double, double>, ParameterGroup> alike;
  for (const nn::Parameter& parameter : parameters) {
    if (!parameter.trained()) continue;
    const double decay = parameter.role == sdk::Role::norm ? options.norm_weight_decay : options.weight_decay;
    double rate = parameter.role == sdk::Role::head ? options.head_learning_rate : 1;
    if (options.layer_decay < 1) {
      const std::int64_t above = depths.layers() - 1 - depths.layer_of(parameter.name);
      rate *= std::pow(options.layer_decay, static_cast<double>(above));
    }
    ParameterGroup& group = alike[{decay, rate}];
    group.weight_decay = decay;
    group.learning_rate = rate;
    group.parameters.push_back(parameter);
  }
  std::vector<ParameterGroup> groups;
  for (auto& [decay_and_rate, group] : alike) groups.push_back(std::move(group));
  return groups;
}

std::vector<ParameterGroup> parameter_groups(sdk::Backbone& backbone, const config::OptimizerOptions& options) {
  return parameter_groups(nn::parameters(backbone), options, sdk::extension_of<sdk::LayeredBackbone>(backbone));
}

}  // namespace pgt::train
