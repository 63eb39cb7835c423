#include "models/common/norm.hpp"

#include <algorithm>

#include "models/common/shared_batch_norm.hpp"

namespace pgt::models {
namespace {

constexpr double epsilon = 1e-5;
constexpr double momentum = 0.1;

bool of_whole_batch(NormKind kind) { return kind == NormKind::batch || kind == NormKind::sync_batch; }

}  // namespace

RunningBuffers::RunningBuffers(std::int64_t channels)
    : mean(register_buffer("running_mean", torch::zeros({channels}))),
      variance(register_buffer("running_var", torch::ones({channels}))),
      batches(register_buffer("num_batches_tracked", torch::zeros({}, torch::kLong))) {}

Norm::Norm(const NormLayout& layout, std::int64_t channels) : layout_(layout) {
  if (layout_.kind == NormKind::layer) return;
  if (layout_.kind == NormKind::frozen) {
    weight_ = register_buffer("weight", torch::ones({channels}));
    bias_ = register_buffer("bias", torch::zeros({channels}));
  } else {
    weight_ = register_parameter("weight", torch::ones({channels}));
    bias_ = register_parameter("bias", torch::zeros({channels}));
  }
  if (layout_.kind == NormKind::sub_batch) {
    whole_ = register_module("bn", std::make_shared<RunningBuffers>(channels));
    parts_ = register_module("split_bn", std::make_shared<RunningBuffers>(channels * layout_.splits));
  } else if (layout_.kind != NormKind::group) {
    running_mean_ = register_buffer("running_mean", torch::zeros({channels}));
    running_var_ = register_buffer("running_var", torch::ones({channels}));
  }
  if (of_whole_batch(layout_.kind)) {
    num_batches_tracked_ = register_buffer("num_batches_tracked", torch::zeros({}, torch::kLong));
  }
}

at::Tensor Norm::forward(const at::Tensor& x) { return normalise(x, {}); }

at::Tensor Norm::relu_of(const at::Tensor& x) { return normalise(x, {.relu = true}); }

at::Tensor Norm::relu_of_sum(const at::Tensor& x, const at::Tensor& added) {
  return normalise(x, {.added = added, .relu = true});
}

at::Tensor Norm::normalise(const at::Tensor& x, const Following& following) {
  switch (layout_.kind) {
    case NormKind::layer:
      return follow(torch::group_norm(x, 1, {}, {}, epsilon), following);
    case NormKind::group:
      return follow(torch::group_norm(x, layout_.groups, weight_, bias_, epsilon), following);
    case NormKind::sub_batch:
      if (is_training()) return follow(normalise_parts(x), following);
      return batch_norm(x, with(whole_->mean, whole_->variance, false), following);
    case NormKind::frozen:
    case NormKind::batch:
    case NormKind::sync_batch:
      break;
  }
  const bool batch_statistics = of_whole_batch(layout_.kind) && is_training();
  if (batch_statistics) num_batches_tracked_ += 1;
  if (const auto place = batch_statistics && sums_ ? sums_->place() : std::nullopt) {
    const SharedBatchNorm shared{weight_, bias_, running_mean_, running_var_, momentum, epsilon, *sums_, *place};
    return follow(shared.of(x), following);
  }
  return batch_norm(x, with(running_mean_, running_var_, batch_statistics), following);
}

BatchNorm Norm::with(const at::Tensor& mean, const at::Tensor& variance, bool batch_statistics) const {
  return {weight_, bias_, mean, variance, batch_statistics, momentum, epsilon};
}

at::Tensor Norm::normalise_parts(const at::Tensor& x) {
  parts_->batches += 1;
  const std::int64_t rows = x.size(0), channels = x.size(1);
  std::vector<at::Tensor> parts;
  std::vector<at::Tensor> places;
  for (std::int64_t part = 0; part < std::min(layout_.splits, rows); ++part) {
    const auto own = [&](const at::Tensor& of_all) { return of_all.narrow(0, part * channels, channels); };
    parts.push_back(batch_norm(x.slice(0, part, rows, layout_.splits),
                               with(own(parts_->mean), own(parts_->variance), /*batch_statistics=*/true)));
    places.push_back(torch::arange(part, rows, layout_.splits));
  }
  return torch::cat(parts).index_select(0, torch::cat(places).argsort().to(x.device()));
}

void Norm::train(bool on) {
  torch::nn::Module::train(on);
  if (on || !parts_) return;
  const torch::NoGradGuard no_gradients;
  const at::Tensor means = parts_->mean.view({layout_.splits, -1});
  const at::Tensor variances = parts_->variance.view({layout_.splits, -1});
  // Batches with fewer rows than parts leave the last parts as they began.
  torch::Tensor moved = means.ne(0).any(1) | variances.ne(1).any(1);
  moved = (moved | ~moved.any()).to(means.scalar_type()).unsqueeze(1);  // if none has moved, all are alike
  const torch::Tensor count = moved.sum();
  whole_->mean.copy_((means * moved).sum(0) / count);
  whole_->variance.copy_(((variances + (means - whole_->mean).square()) * moved).sum(0) / count);
}

bool Norm::share_batches(pgt::sdk::BatchSums& sums) {
  if (layout_.kind != NormKind::sync_batch) return false;
  sums_ = &sums;
  return true;
}

void Norm::start_at_zero() {
  if (!of_whole_batch(layout_.kind) && layout_.kind != NormKind::group) return;
  const torch::NoGradGuard no_gradients;
  weight_.zero_();
}

}  // namespace pgt::models
