/// A residual network of pictures, up to its last map.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/common/norm.hpp"
#include "models/common/stages.hpp"
#include "options.hpp"

namespace recurrent {

using pgt::models::Norm;
using pgt::models::NormLayout;

struct BlockLayout {
  std::int64_t in = 0;     ///< channels
  std::int64_t inner = 0;  ///< of the 3×3 convolutions
  std::int64_t out = 0;    ///< as many as inner: two convolutions of 3×3; more: 1×1, 3×3, 1×1
  std::int64_t stride = 1;
};

/// Convolutions conv1 …, a normalisation bn1 … after each, and the shortcut's downsample.0 and .1.
class Block : public torch::nn::Module {
 public:
  Block(const BlockLayout& layout, const NormLayout& norm);
  at::Tensor forward(const at::Tensor& x);

 private:
  void add(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, const NormLayout& norm);

  std::vector<torch::nn::Conv2d> convs_;
  std::vector<std::shared_ptr<Norm>> norms_;
  torch::nn::Conv2d projection_{nullptr};  ///< of the shortcut, where channels or size change
  std::shared_ptr<Norm> projection_norm_;
};

/// Its tensors have torchvision's names, so that weights can be exchanged.
class Pictures : public torch::nn::Module, public pgt::models::Stages {
 public:
  explicit Pictures(const Options& options);
  /// (B, 3, H, W) to (B, channels(), H', W'). The carry is not used: the pictures do not see each other.
  at::Tensor map(const at::Tensor& pictures, pgt::sdk::Carry& carry);
  std::int64_t channels() const { return channels_; }

 private:
  bool pool_;
  std::int64_t channels_;
  torch::nn::Conv2d conv1_;
  std::shared_ptr<Norm> norm1_;
  struct PlacedBlock {
    std::string stage;
    std::shared_ptr<Block> block;
  };
  std::vector<PlacedBlock> blocks_;
};

}  // namespace recurrent
