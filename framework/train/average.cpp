#include "train/average.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

#include "nn/safetensors.hpp"
#include "train/update_rule.hpp"

namespace pgt::train {
namespace {

constexpr const char* average_prefix = "average/";

}  // namespace

Average::Average(std::vector<nn::Parameter> trained, double decay) : parameters_(std::move(trained)), decay_(decay) {
  if (decay_ == 0) parameters_.clear();
  for (const nn::Parameter& parameter : parameters_) values_.push_back(parameter.tensor.detach().clone());
}

void Average::update(std::int64_t t) {
  if (values_.empty()) return;
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> weights;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    weights.push_back(parameters_[i].tensor);
    values_[i] = same_layout(weights[i], values_[i]);
  }
  const double updates = static_cast<double>(t);
  at::_foreach_lerp_(values_, weights, 1 - std::min(decay_, (1 + updates) / (10 + updates)));
}

void Average::swap() {
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const at::Tensor weights = parameters_[i].tensor.detach().clone();
    parameters_[i].tensor.copy_(values_[i]);
    values_[i].copy_(weights);
  }
}

void Average::save(Checkpoint& checkpoint) const {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    checkpoint.tensors.emplace(average_prefix + parameters_[i].name, values_[i].cpu());
  }
}

void Average::load(const Checkpoint& checkpoint) {
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const auto& [name, tensor, role] = parameters_[i];
    const auto found = checkpoint.tensors.find(average_prefix + name);
    const bool there = found != checkpoint.tensors.end();
    values_[i] = there ? laid_out_like(tensor, found->second, found->first) : tensor.detach().clone();
  }
}

std::map<std::string, at::Tensor> averaged_weights(const std::map<std::string, at::Tensor>& checkpoint) {
  std::map<std::string, at::Tensor> weights = nn::tensors_under(checkpoint, average_prefix);
  if (!weights.empty()) weights.merge(nn::tensors_under(checkpoint, "model/"));
  return weights;
}

}  // namespace pgt::train
