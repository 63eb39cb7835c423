#include "train/optimizer.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"

namespace pgt::train {
namespace {

double decay_of(sdk::Role role, const config::TrainOptions& options) {
  return role == sdk::Role::norm ? options.norm_weight_decay : options.weight_decay;
}

/// `value` laid out in memory as `parameter` is, so that sums over it round as they did before it was saved.
at::Tensor like(const at::Tensor& parameter, const at::Tensor& value, const std::string& name) {
  if (value.sizes() != parameter.sizes()) {
    throw Error(ExitCode::plugin, "\"" + name + "\" of the checkpoint has another shape than the network's parameter");
  }
  return at::empty_like(parameter.detach()).copy_(value);
}

}  // namespace

Optimizer::Optimizer(std::vector<nn::Parameter> parameters, const config::TrainOptions& options) : options_(options) {
  for (nn::Parameter& parameter : parameters) {
    if (parameter.trained()) parameters_.push_back(std::move(parameter));
  }
  momenta_.resize(parameters_.size());
}

double Optimizer::step(double learning_rate, double gradient_scale) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> gradients;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].tensor.grad().defined()) continue;
    places.push_back(i);
    weights.push_back(parameters_[i].tensor);
    gradients.push_back(parameters_[i].tensor.grad());
  }
  if (places.empty()) return 0;

  const double norm = gradient_scale * at::stack(at::_foreach_norm(gradients)).norm().item<double>();
  if (!std::isfinite(norm)) {
    throw Error(ExitCode::diverged,
                "the gradient's norm is not finite: lower train.learning_rate or set train.clip_gradient");
  }
  double scale = gradient_scale;
  if (options_.clip_gradient > 0) scale *= std::min(1.0, options_.clip_gradient / (norm + 1e-6));
  if (scale != 1) at::_foreach_mul_(gradients, scale);

  struct Decayed {
    std::vector<at::Tensor> gradients, weights;
  };
  std::map<double, Decayed> by_decay;  // a kernel for many tensors: one for each keeps a GPU waiting
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double decay = decay_of(parameters_[places[i]].role, options_);
    if (decay == 0) continue;
    Decayed& decayed = by_decay[decay];
    decayed.gradients.push_back(gradients[i]);
    decayed.weights.push_back(weights[i]);
  }
  for (auto& [decay, decayed] : by_decay) at::_foreach_add_(decayed.gradients, decayed.weights, decay);
  if (options_.momentum != 0) {
    std::vector<at::Tensor> started;
    std::vector<at::Tensor> added;
    std::vector<at::Tensor> momenta;
    for (std::size_t i = 0; i < places.size(); ++i) {
      at::Tensor& momentum = momenta_[places[i]];
      if (momentum.defined()) {
        started.push_back(momentum);
        added.push_back(gradients[i]);
      } else {
        momentum = gradients[i].clone();
      }
      momenta.push_back(momentum);
    }
    if (!started.empty()) {
      at::_foreach_mul_(started, options_.momentum);
      at::_foreach_add_(started, added);
    }
    if (options_.nesterov) {
      at::_foreach_add_(gradients, momenta, options_.momentum);
    } else {
      gradients = momenta;
    }
  }
  at::_foreach_add_(weights, gradients, -learning_rate);
  // Freed, not zeroed: the next backward puts its own tensors here instead of adding to these.
  for (const std::size_t i : places) parameters_[i].tensor.mutable_grad().reset();
  return norm;
}

void Optimizer::drop_gradients() {
  for (const nn::Parameter& parameter : parameters_) parameter.tensor.mutable_grad().reset();
}

std::map<std::string, at::Tensor> Optimizer::state() const {
  std::map<std::string, at::Tensor> state;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& [name, tensor, role] = parameters_[i];
    if (momenta_[i].defined()) state.emplace("momentum/" + name, momenta_[i].cpu());
    if (tensor.grad().defined()) state.emplace("gradient/" + name, tensor.grad().detach().cpu());
  }
  return state;
}

void Optimizer::load_state(const std::map<std::string, at::Tensor>& state) {
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& parameter = parameters_[i].tensor;
    const auto restored = [&](const std::string& name) {
      const auto found = state.find(name);
      return found == state.end() ? at::Tensor() : like(parameter, found->second, name);
    };
    momenta_[i] = restored("momentum/" + parameters_[i].name);
    parameter.mutable_grad() = restored("gradient/" + parameters_[i].name);
  }
}

}  // namespace pgt::train
