/// Attention of a video's tokens to each other, and to those of the step before.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <optional>

#include <pgt/sdk/backbone.hpp>

namespace vit {

/// Which tokens a token attends to.
enum class Reach {
  space,  ///< those of its own frame
  time,   ///< those at its own place
  all,
};

/// The place in the carry of what an attention remembers.
struct Memory {
  pgt::sdk::SiteIndex site;
  std::int64_t tokens;  ///< in time, at most
};

class SelfAttention : public torch::nn::Module {
 public:
  /// With a memory, keys and values of a step's last tokens are carried to the next one, whose tokens attend to them
  /// too. Through the blocks above it reaches further back than its length, one step per block.
  SelfAttention(std::int64_t width, std::int64_t heads, Reach reach, std::optional<Memory> memory);

  /// Tokens (N, T, P, C) of T times and P places to as many.
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry);

 private:
  std::int64_t heads_;
  Reach reach_;
  std::optional<Memory> memory_;
  torch::nn::Linear qkv_;
  torch::nn::Linear proj_;
};

}  // namespace vit
