#include "train/sgd.hpp"

#include <torch/torch.h>

#include <utility>

namespace pgt::train {

Sgd::Sgd(std::vector<ParameterGroup> groups, double momentum, bool nesterov)
    : momentum_(momentum), nesterov_(nesterov) {
  for (ParameterGroup& group : groups) {
    const std::size_t count = group.parameters.size();
    groups_.push_back({std::move(group), std::vector<at::Tensor>(count)});
  }
}

void Sgd::update(double learning_rate) {
  const at::NoGradGuard no_gradient;
  for (Group& group : groups_) update(group, learning_rate);
}

// A kernel for many tensors at once: one for each keeps a GPU waiting.
void Sgd::update(Group& group, double learning_rate) const {
  std::vector<std::size_t> places;
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> gradients;
  for (std::size_t i = 0; i < group.of.parameters.size(); ++i) {
    const at::Tensor& tensor = group.of.parameters[i].tensor;
    if (!tensor.grad().defined()) continue;
    places.push_back(i);
    weights.push_back(tensor);
    gradients.push_back(tensor.grad());
  }
  if (places.empty()) return;
  if (group.of.weight_decay != 0) at::_foreach_add_(gradients, weights, group.of.weight_decay);
  if (momentum_ != 0) gradients = with_momentum(group, places, std::move(gradients));
  at::_foreach_add_(weights, gradients, -learning_rate);
}

std::vector<at::Tensor> Sgd::with_momentum(Group& group, const std::vector<std::size_t>& places,
                                           std::vector<at::Tensor> gradients) const {
  std::vector<at::Tensor> started;
  std::vector<at::Tensor> added;
  std::vector<at::Tensor> momenta;
  for (std::size_t i = 0; i < places.size(); ++i) {
    at::Tensor& momentum = group.momenta[places[i]];
    if (momentum.defined()) {
      started.push_back(momentum);
      added.push_back(gradients[i]);
    } else {
      momentum = gradients[i].clone();
    }
    momenta.push_back(momentum);
  }
  if (!started.empty()) {
    at::_foreach_mul_(started, momentum_);
    at::_foreach_add_(started, added);
  }
  if (!nesterov_) return momenta;
  at::_foreach_add_(gradients, momenta, momentum_);
  return gradients;
}

std::int64_t Sgd::state_bytes() const {
  std::int64_t bytes = 0;
  for (const Group& group : groups_) {
    for (const nn::Parameter& parameter : group.of.parameters) {
      bytes += static_cast<std::int64_t>(parameter.tensor.nbytes());
    }
  }
  return momentum_ == 0 ? 0 : bytes;
}

void Sgd::save(Checkpoint& checkpoint) const {
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.momenta.size(); ++i) {
      if (!group.momenta[i].defined()) continue;
      checkpoint.tensors.emplace("momentum/" + group.of.parameters[i].name, group.momenta[i].cpu());
    }
  }
}

void Sgd::load(const Checkpoint& checkpoint) {
  const at::NoGradGuard no_gradient;
  for (Group& group : groups_) {
    for (std::size_t i = 0; i < group.momenta.size(); ++i) {
      const auto& [name, tensor, role] = group.of.parameters[i];
      const auto found = checkpoint.tensors.find("momentum/" + name);
      const bool there = found != checkpoint.tensors.end();
      group.momenta[i] = there ? laid_out_like(tensor, found->second, found->first) : at::Tensor();
    }
  }
}

}  // namespace pgt::train
