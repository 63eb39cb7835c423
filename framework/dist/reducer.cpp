#include "dist/reducer.hpp"

#include <torch/torch.h>

#include "base/trace.hpp"

namespace pgt::dist {
namespace {

constexpr std::int64_t bucket_bytes = 25 << 20;

/// Whether any rank has a gradient of each parameter.
std::vector<double> had_by_any(Group& group, const std::vector<at::Tensor>& parameters) {
  std::vector<double> ranks;
  for (const at::Tensor& parameter : parameters) ranks.push_back(parameter.grad().defined() ? 1 : 0);
  group.sum(ranks);
  return ranks;
}

/// Neighbours of one type, about as large as a bucket.
std::vector<std::vector<std::size_t>> buckets_of(const std::vector<at::Tensor>& parameters,
                                                 const std::vector<double>& had) {
  std::vector<std::vector<std::size_t>> buckets;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (had[i] == 0) continue;
    const auto size = static_cast<std::int64_t>(parameters[i].nbytes());
    const bool fits = !buckets.empty() && bytes + size <= bucket_bytes &&
                      parameters[buckets.back().front()].scalar_type() == parameters[i].scalar_type();
    if (!fits) {
      buckets.emplace_back();
      bytes = 0;
    }
    buckets.back().push_back(i);
    bytes += size;
  }
  return buckets;
}

at::Tensor flat_gradient(const at::Tensor& parameter) {
  const at::Tensor& gradient = parameter.grad();
  return (gradient.defined() ? gradient.detach() : torch::zeros_like(parameter)).flatten();
}

}  // namespace

std::vector<at::Tensor> Reducer::sums() const {
  const at::NoGradGuard no_gradient;
  if (group_.alone()) {
    std::vector<at::Tensor> own;
    for (const at::Tensor& parameter : parameters_) {
      own.push_back(parameter.grad().defined() ? parameter.grad().detach() : at::Tensor());
    }
    return own;
  }
  const std::vector<double> had = had_by_any(group_, parameters_);
  std::vector<at::Tensor> sums(parameters_.size());
  for (const std::vector<std::size_t>& bucket : buckets_of(parameters_, had)) {
    std::vector<at::Tensor> parts;
    for (const std::size_t i : bucket) parts.push_back(flat_gradient(parameters_[i]));
    at::Tensor flat = torch::cat(parts).cpu();
    group_.sum(flat);
    std::int64_t begin = 0;
    for (const std::size_t i : bucket) {
      const at::Tensor& parameter = parameters_[i];
      const at::Tensor part = flat.narrow(0, begin, parameter.numel()).view(parameter.sizes());
      sums[i] = torch::empty_like(parameter).copy_(part);
      begin += parameter.numel();
    }
  }
  return sums;
}

void Reducer::reduce() {
  ++reductions_;
  if (group_.alone()) return;
  const TraceSpan span("reduce");
  std::vector<at::Tensor> sums = this->sums();
  for (std::size_t i = 0; i < sums.size(); ++i) parameters_[i].mutable_grad() = std::move(sums[i]);
}

}  // namespace pgt::dist
