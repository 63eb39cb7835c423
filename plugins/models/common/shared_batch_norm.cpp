#include "models/common/shared_batch_norm.hpp"

#include <vector>

namespace pgt::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// All but the channels.
std::vector<std::int64_t> others_of(const at::Tensor& x) {
  std::vector<std::int64_t> dimensions{0};
  for (std::int64_t d = 2; d < x.dim(); ++d) dimensions.push_back(d);
  return dimensions;
}

/// Of each channel, shaped to meet x.
at::Tensor over(const at::Tensor& channels, const at::Tensor& x) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = -1;
  return channels.view(shape);
}

at::Tensor sum_of(const at::Tensor& x) { return x.sum(others_of(x), /*keepdim=*/false, torch::kDouble).cpu(); }

/// Half precision is normalised in float32; sums are of float64.
at::Tensor widened(const at::Tensor& x) { return x.scalar_type() == torch::kDouble ? x : x.to(torch::kFloat); }

class Normalisation : public torch::autograd::Function<Normalisation> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, const SharedBatchNorm* norm) {
    const std::int64_t channels = x.size(1);
    const at::Tensor wide = widened(x);
    const auto own = static_cast<double>(x.numel() / channels);
    at::Tensor numbers =
        torch::cat({torch::full({1}, own, torch::kDouble), sum_of(wide), sum_of(wide.to(torch::kDouble).square())});
    norm->sums.add_up(norm->place, numbers);
    const double count = numbers[0].item<double>();
    const at::Tensor mean = numbers.narrow(0, 1, channels) / count;
    const at::Tensor variance = (numbers.narrow(0, 1 + channels, channels) / count - mean.square()).clamp_min(0);
    const at::Tensor moved = count > 1 ? variance * (count / (count - 1)) : variance;  // unbiased, as torch's
    at::Tensor(norm->running_mean).lerp_(mean.to(norm->running_mean), norm->momentum);
    at::Tensor(norm->running_var).lerp_(moved.to(norm->running_var), norm->momentum);

    const at::Tensor inverse = (variance + norm->epsilon).rsqrt().to(wide);
    const at::Tensor means = mean.to(wide);
    context->save_for_backward({x, weight, means, inverse});
    context->saved_data["count"] = count;
    context->saved_data["place"] = norm->place;
    context->saved_data["sums"] = reinterpret_cast<std::int64_t>(&norm->sums);
    const at::Tensor scale = weight.to(wide) * inverse;
    return (wide * over(scale, x) + over(bias.to(wide) - means * scale, x)).to(x.scalar_type());
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &mean = saved[2], &inverse = saved[3];
    const at::Tensor gradient = widened(gradients[0]);
    const at::Tensor normed = (widened(x) - over(mean, x)) * over(inverse, x);
    const std::int64_t channels = x.size(1);
    at::Tensor numbers = torch::cat({sum_of(gradient), sum_of(gradient * normed)});
    const at::Tensor own = numbers.clone().to(weight);  // what the ranks add up is the gradient of each
    auto* sums = reinterpret_cast<pgt::sdk::BatchSums*>(context->saved_data["sums"].toInt());
    sums->add_up(context->saved_data["place"].toInt(), numbers);
    const at::Tensor means = (numbers / context->saved_data["count"].toDouble()).to(gradient);
    const at::Tensor of_x =
        over(weight.to(gradient) * inverse, x) *
        (gradient - over(means.narrow(0, 0, channels), x) - normed * over(means.narrow(0, channels, channels), x));
    return {of_x.to(x.scalar_type()), own.narrow(0, channels, channels), own.narrow(0, 0, channels), at::Tensor()};
  }
};

}  // namespace

at::Tensor SharedBatchNorm::of(const at::Tensor& x) const { return Normalisation::apply(x, weight, bias, this); }

}  // namespace pgt::models
