/// From features to the scores of moments.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "models/common/moment_layout.hpp"
#include "models/common/recurrence.hpp"
#include "models/common/temporal_convolutions.hpp"

namespace pgt::models {

/// Parameters: `gru.*` or `tcn.*`, `projection.{weight,bias}`. Its sites are of the kind `head`. But for `tcn`, walked
/// in steps it computes what it computes of the whole clip; `tcn` sees zeros around every step.
class MomentHead : public torch::nn::Module {
 public:
  /// `name`: what its sites' names begin with; they are added to `sites`.
  MomentHead(const MomentLayout& layout, std::int64_t in, std::int64_t classes, double dropout,
             std::vector<pgt::sdk::Site>& sites, const std::string& name);
  /// (N, F, C) to (N, F, K).
  at::Tensor forward(const at::Tensor& features, pgt::sdk::Carry& carry);

 private:
  double dropout_;
  std::shared_ptr<Recurrence> gru_;
  std::shared_ptr<TemporalConvolutions> tcn_;
  torch::nn::Linear projection_{nullptr};
};

}  // namespace pgt::models
