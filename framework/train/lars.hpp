/// LARS: SGD whose step of each tensor is in proportion to the tensor's length. Source: arXiv 1708.03888;
/// docs/method.md M3.4; the update is timm's, without clipping of the ratio.
#pragma once

#include "train/sgd.hpp"

namespace pgt::train {

class Lars final : public Sgd {
 public:
  Lars(std::vector<ParameterGroup> groups, const config::OptimizerOptions& options);

 private:
  void apply(Batch& batch, double learning_rate) const override;
  /// What each gradient is multiplied by.
  std::vector<at::Tensor> ratios(const Batch& batch) const;

  double trust_;
  double epsilon_;
};

}  // namespace pgt::train
