#include "models/common/norm.hpp"

namespace pgt::models {
namespace {

constexpr double epsilon = 1e-5;
constexpr double momentum = 0.1;

}  // namespace

Norm::Norm(const NormLayout& layout, std::int64_t channels) : layout_(layout) {
  if (layout_.kind == NormKind::layer) return;
  if (layout_.kind == NormKind::frozen) {
    weight_ = register_buffer("weight", torch::ones({channels}));
    bias_ = register_buffer("bias", torch::zeros({channels}));
  } else {
    weight_ = register_parameter("weight", torch::ones({channels}));
    bias_ = register_parameter("bias", torch::zeros({channels}));
  }
  if (layout_.kind != NormKind::group) {
    running_mean_ = register_buffer("running_mean", torch::zeros({channels}));
    running_var_ = register_buffer("running_var", torch::ones({channels}));
  }
  if (layout_.kind == NormKind::batch) {
    num_batches_tracked_ = register_buffer("num_batches_tracked", torch::zeros({}, torch::kLong));
  }
}

at::Tensor Norm::forward(const at::Tensor& x) {
  if (layout_.kind == NormKind::layer) return torch::group_norm(x, 1, {}, {}, epsilon);
  if (layout_.kind == NormKind::group) return torch::group_norm(x, layout_.groups, weight_, bias_, epsilon);
  const bool batch_statistics = layout_.kind == NormKind::batch && is_training();
  if (batch_statistics) num_batches_tracked_ += 1;
  return torch::batch_norm(x, weight_, bias_, running_mean_, running_var_, batch_statistics, momentum, epsilon,
                           /*cudnn_enabled=*/true);
}

void Norm::start_at_zero() {
  if (layout_.kind == NormKind::frozen || layout_.kind == NormKind::layer) return;
  const torch::NoGradGuard no_gradients;
  weight_.zero_();
}

}  // namespace pgt::models
