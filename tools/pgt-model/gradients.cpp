#include "gradients.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace pgt::model {
namespace {

constexpr double shift = 1e-6;
constexpr double tolerance = 1e-5;

std::vector<nn::Parameter> spread(const std::vector<nn::Parameter>& parameters, std::size_t most) {
  std::vector<nn::Parameter> trained;
  for (const nn::Parameter& parameter : parameters) {
    if (parameter.trained() && parameter.tensor.numel() > 0) trained.push_back(parameter);
  }
  if (trained.size() <= most) return trained;
  std::vector<nn::Parameter> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(trained[i * (trained.size() - 1) / (most - 1)]);
  return chosen;
}

}  // namespace

std::vector<GradientDifference> wrong_gradients(const std::vector<nn::Parameter>& parameters,
                                                const std::function<at::Tensor()>& loss,
                                                const std::function<at::Tensor()>& fixed_loss, std::size_t most) {
  const std::vector<nn::Parameter> tried = spread(parameters, most);
  for (const nn::Parameter& parameter : parameters) parameter.tensor.mutable_grad().reset();
  loss().backward();
  const torch::NoGradGuard no_gradients;
  std::vector<GradientDifference> wrong;
  for (const nn::Parameter& parameter : tried) {
    const at::Tensor gradient =
        (parameter.tensor.grad().defined() ? parameter.tensor.grad() : torch::zeros_like(parameter.tensor)).flatten();
    const at::Tensor values = parameter.tensor.view(-1);
    const auto place = gradient.abs().argmax().item<std::int64_t>();
    const double value = values[place].item<double>();
    const auto loss_at = [&](double shifted) {
      values[place] = shifted;
      return fixed_loss().item<double>();
    };
    const double difference = (loss_at(value + shift) - loss_at(value - shift)) / (2 * shift);
    values[place] = value;
    const double own = gradient[place].item<double>();
    if (std::abs(own - difference) > tolerance * (1 + std::abs(difference))) {
      wrong.push_back({parameter.name, place, own, difference});
    }
  }
  return wrong;
}

}  // namespace pgt::model
