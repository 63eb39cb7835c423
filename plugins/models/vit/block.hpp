/// One layer of the transformer.
#pragma once

#include <torch/torch.h>

#include <optional>

#include "attention.hpp"
#include "options.hpp"

namespace vit {

/// Attention and perceptron, each after a normalisation and added to its input; names as in TimeSformer.
class Block : public torch::nn::Module {
 public:
  Block(const Options& options, std::optional<Memory> memory);
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry);

 private:
  at::Tensor across_time(const at::Tensor& x, pgt::sdk::Carry& carry);

  torch::nn::LayerNorm temporal_norm1_{nullptr};  ///< only with divided attention, as the two below
  std::shared_ptr<SelfAttention> temporal_attn_;
  torch::nn::Linear temporal_fc_{nullptr};
  torch::nn::LayerNorm norm1_;
  std::shared_ptr<SelfAttention> attn_;
  torch::nn::LayerNorm norm2_;
  torch::nn::Sequential mlp_;
};

}  // namespace vit
