#include "train/parameter_groups.hpp"

#include <map>
#include <utility>

namespace pgt::train {

std::vector<ParameterGroup> parameter_groups(const std::vector<nn::Parameter>& parameters,
                                             const config::TrainOptions& options) {
  std::map<double, ParameterGroup> by_decay;
  for (const nn::Parameter& parameter : parameters) {
    if (!parameter.trained()) continue;
    const double decay = parameter.role == sdk::Role::norm ? options.norm_weight_decay : options.weight_decay;
    ParameterGroup& group = by_decay[decay];
    group.weight_decay = decay;
    group.parameters.push_back(parameter);
  }
  std::vector<ParameterGroup> groups;
  for (auto& [decay, group] : by_decay) groups.push_back(std::move(group));
  return groups;
}

}  // namespace pgt::train
