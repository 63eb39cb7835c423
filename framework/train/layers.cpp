#include "train/layers.hpp"

namespace pgt::train {
namespace {

std::string_view outermost(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

LayersByName::LayersByName(const std::vector<nn::Parameter>& parameters) {
  for (const nn::Parameter& parameter : parameters) {
    if (!parameter.is_buffer()) places_.try_emplace(std::string(outermost(parameter.name)), layers());
  }
}

std::int64_t LayersByName::layer_of(std::string_view parameter) const {
  return places_.find(outermost(parameter))->second;
}

}  // namespace pgt::train
