#include "gradients.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace pgt::model {
namespace {

constexpr double tolerance = 1e-5;
// A kink (a ReLU that starts within a shift) spoils one difference, rounding the smallest; a wrong gradient agrees with
// none.
constexpr double shifts[] = {1e-6, 1e-7, 1e-8, 1e-5};

bool agree(double own, double difference) {
  return std::abs(own - difference) <= tolerance * (1 + std::abs(difference));
}

/// The number at a place among all, counted as in `flatten`, whatever the tensor's layout: a view.
at::Tensor number_at(at::Tensor tensor, std::int64_t place) {
  std::int64_t numbers = tensor.numel();
  while (tensor.dim() > 0) {
    numbers /= tensor.size(0);
    tensor = tensor.select(0, place / numbers);
    place %= numbers;
  }
  return tensor;
}

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
    const auto place = gradient.abs().argmax().item<std::int64_t>();
    const at::Tensor number = number_at(parameter.tensor, place);
    const double value = number.item<double>();
    const auto loss_at = [&](double shifted) {
      number.fill_(shifted);
      return fixed_loss().item<double>();
    };
    const double own = gradient[place].item<double>();
    std::vector<double> differences;
    for (const double shift : shifts) {
      differences.push_back((loss_at(value + shift) - loss_at(value - shift)) / (2 * shift));
      if (agree(own, differences.back())) break;
    }
    number.fill_(value);
    if (!agree(own, differences.back())) wrong.push_back({parameter.name, place, own, differences.front()});
  }
  return wrong;
}

}  // namespace pgt::model
