#include "nn/kept_buffers.hpp"

#include <torch/torch.h>

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
  for (const at::Tensor& buffer : buffers) {
    buffers_.push_back(buffer.detach());
    kept_.push_back(at::empty_like(buffers_.back()));
  }
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
