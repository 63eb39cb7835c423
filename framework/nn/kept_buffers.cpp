#include "nn/kept_buffers.hpp"

#include <torch/torch.h>

#include <algorithm>

#include "nn/parameters.hpp"

namespace pgt::nn {

namespace {

/// LibTorch copies many tensors at once where all are of one type: those of one lie next to each other.
void copy(at::TensorList to, at::TensorList from) {
  const at::NoGradGuard no_gradient;
  for (std::size_t begin = 0, end = 0; begin < to.size(); begin = end) {
    while (end < to.size() && to[end].scalar_type() == to[begin].scalar_type()) ++end;
    at::_foreach_copy_(to.slice(begin, end - begin), from.slice(begin, end - begin));
  }
}

std::vector<at::Tensor> buffers_of(sdk::Backbone& backbone) {
  std::vector<at::Tensor> buffers;
  for (const Parameter& parameter : parameters(backbone)) {
    if (parameter.is_buffer()) buffers.push_back(parameter.tensor);
  }
  return buffers;
}

}  // namespace

KeptBuffers::KeptBuffers(sdk::Backbone& backbone) : KeptBuffers(buffers_of(backbone)) {}

KeptBuffers::KeptBuffers(const std::vector<at::Tensor>& buffers) {
  for (const at::Tensor& buffer : buffers) buffers_.push_back(buffer.detach());
  std::ranges::stable_sort(buffers_, {}, [](const at::Tensor& buffer) { return buffer.scalar_type(); });
  for (const at::Tensor& buffer : buffers_) kept_.push_back(at::empty_like(buffer));
}

void KeptBuffers::keep() { copy(kept_, buffers_); }

void KeptBuffers::put_back() { copy(buffers_, kept_); }

}  // namespace pgt::nn
