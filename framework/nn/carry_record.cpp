#include "nn/carry_record.hpp"

#include <torch/torch.h>

#include <stdexcept>

#include "nn/carry.hpp"
#include "nn/saved_tensors.hpp"

namespace pgt::nn {
namespace {

constexpr std::int64_t frames_dim = 2;

[[noreturn]] void fail_to_replay() {
  throw std::runtime_error("asks more of the carry when it is computed again for the backward than the first time");
}

}  // namespace

const at::Tensor& RecordingCarry::note(const at::Tensor& tensor) {
  record_.tensors.push_back(tensor.defined() ? tensor.detach().requires_grad_(tensor.requires_grad()) : at::Tensor());
  return tensor;
}

at::Tensor RecordingCarry::enter(sdk::SiteIndex site, const at::Tensor& x) {
  const SavingTo as_usual(nullptr);
  at::Tensor entered = carry_.enter(site, x);
  const std::int64_t carried = entered.size(frames_dim) - x.size(frames_dim);
  at::Tensor front;
  // A copy: the slice alone would keep all of it.
  if (carried > 0) front = entered.detach().narrow(frames_dim, 0, carried).clone(x.suggest_memory_format());
  if (front.defined()) front.requires_grad_(entered.requires_grad());
  record_.tensors.push_back(std::move(front));
  return entered;
}

at::Tensor RecordingCarry::leave(sdk::SiteIndex site, const at::Tensor& y) {
  const SavingTo as_usual(nullptr);
  at::Tensor left = carry_.leave(site, y);
  record_.dropped.push_back(y.size(frames_dim) - left.size(frames_dim));
  return left;
}

at::Tensor RecordingCarry::exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part) {
  const SavingTo as_usual(nullptr);
  return note(carry_.exchange(site, state, part));
}

at::Tensor RecordingCarry::recall(sdk::SiteIndex site, std::size_t part) {
  const SavingTo as_usual(nullptr);
  return note(carry_.recall(site, part));
}

at::Tensor ReplayingCarry::next() {
  if (tensor_ == record_.tensors.size()) fail_to_replay();
  return record_.tensors[tensor_++];
}

at::Tensor ReplayingCarry::enter(sdk::SiteIndex, const at::Tensor& x) {
  const SavingTo as_usual(nullptr);
  const at::Tensor carried = next();
  return carried.defined() ? torch::cat({carried, x}, frames_dim) : x;
}

at::Tensor ReplayingCarry::leave(sdk::SiteIndex, const at::Tensor& y) {
  const SavingTo as_usual(nullptr);
  if (dropped_ == record_.dropped.size()) fail_to_replay();
  const std::int64_t dropped = record_.dropped[dropped_++];
  return dropped > 0 ? without_first(y, dropped) : y;
}

at::Tensor ReplayingCarry::exchange(sdk::SiteIndex, const at::Tensor&, std::size_t) { return next(); }

at::Tensor ReplayingCarry::recall(sdk::SiteIndex, std::size_t) { return next(); }

}  // namespace pgt::nn
