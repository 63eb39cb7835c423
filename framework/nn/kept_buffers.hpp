/// What a forward in training changes beside weights: running statistics and the like.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::nn {

/// A network's buffers as they were, so that a forward that gave no number leaves none behind.
class KeptBuffers {
 public:
  explicit KeptBuffers(sdk::Backbone& backbone);
  explicit KeptBuffers(const std::vector<at::Tensor>& buffers);

  /// Remembers them as they are.
  void keep();
  /// Makes them what they were when they were kept.
  void put_back();

  const std::vector<at::Tensor>& buffers() const { return buffers_; }
  const std::vector<at::Tensor>& kept() const { return kept_; }

 private:
  std::vector<at::Tensor> buffers_;  ///< the backbone's own
  std::vector<at::Tensor> kept_;
};

}  // namespace pgt::nn
