#include "nn/kept_buffers.hpp"

#include <torch/torch.h>

#include "nn/parameters.hpp"

namespace pgt::nn {

KeptBuffers::KeptBuffers(sdk::Backbone& backbone) {
  for (const Parameter& parameter : parameters(backbone)) {
    if (!parameter.is_buffer()) continue;
    buffers_.push_back(parameter.tensor.detach());
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
