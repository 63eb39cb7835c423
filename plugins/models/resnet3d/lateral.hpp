/// From the fast pathway to the slow one.
#pragma once

#include <torch/torch.h>

#include <memory>

#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/norm.hpp"

namespace resnet3d {

/// A convolution that strides over time, as many frames as the slow pathway has. It carries nothing: at a step's border
/// it sees zeros, as in the reference (docs/method.md M2.7).
class Lateral : public torch::nn::Module {
 public:
  Lateral(const LateralLayout& layout, const NormLayout& norm);
  /// `slow` with channels made from `fast` after its own; of those, the last frames where there are more than of
  /// `slow`.
  at::Tensor forward(const at::Tensor& slow, const at::Tensor& fast);

 private:
  LateralLayout layout_;
  pgt::models::Convolution conv_;
  std::shared_ptr<pgt::models::Norm> norm_;
};

}  // namespace resnet3d
