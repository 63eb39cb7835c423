#include "nn/kept_buffers.hpp"

#include <torch/torch.h>

#include <algorithm>

#include "nn/parameters.hpp"

namespace pgt::nn {

namespace {

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
  // Of one type they are copied at once.
  std::ranges::stable_sort(buffers_, {}, [](const at::Tensor& buffer) { return buffer.scalar_type(); });
  for (const at::Tensor& buffer : buffers_) kept_.push_back(at::empty_like(buffer));
}

void KeptBuffers::keep() {
  const at::NoGradGuard no_gradient;
  if (!buffers_.empty()) at::_foreach_copy_(kept_, buffers_);
}

void KeptBuffers::put_back() {
  const at::NoGradGuard no_gradient;
  if (!buffers_.empty()) at::_foreach_copy_(buffers_, kept_);
}

}  // namespace pgt::nn
