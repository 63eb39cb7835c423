#include "attention.hpp"

#include <algorithm>

#include "positions.hpp"

namespace vit {
namespace {

/// (N, T, P, H, D) to sequences (B, H, L, D): L are the tokens that attend to each other.
at::Tensor sequences_of(const at::Tensor& x, Reach reach) {
  switch (reach) {
    case Reach::space:
      return x.transpose(2, 3).flatten(0, 1);
    case Reach::time:
      return x.permute({0, 2, 3, 1, 4}).flatten(0, 1);
    case Reach::all:
      return x.flatten(1, 2).transpose(1, 2);
  }
  return {};
}

/// And back, to tokens (N, T, P, H · D).
at::Tensor tokens_of(const at::Tensor& x, Reach reach, at::IntArrayRef sizes) {
  const std::int64_t heads = x.size(1);
  const std::int64_t channels = x.size(3);
  at::Tensor tokens;
  if (reach == Reach::space) tokens = x.view({sizes[0], sizes[1], heads, sizes[2], channels}).transpose(2, 3);
  if (reach == Reach::time) tokens = x.view({sizes[0], sizes[2], heads, sizes[1], channels}).permute({0, 3, 1, 2, 4});
  if (reach == Reach::all) tokens = x.transpose(1, 2);
  return tokens.reshape(sizes);
}

}  // namespace

SelfAttention::SelfAttention(std::int64_t width, std::int64_t heads, Reach reach, std::optional<Memory> memory)
    : heads_(heads),
      reach_(reach),
      memory_(memory),
      qkv_(register_module("qkv", torch::nn::Linear(width, 3 * width))),
      proj_(register_module("proj", torch::nn::Linear(width, width))) {}

at::Tensor SelfAttention::forward(const at::Tensor& x, pgt::sdk::Carry& carry) {
  const at::Tensor qkv = qkv_->forward(x).unflatten(3, {3, heads_, x.size(3) / heads_});  // (N, T, P, 3, H, D)
  at::Tensor queries = qkv.select(3, 0);
  at::Tensor keys_values = qkv.slice(3, 1);
  std::int64_t begin = 0;
  if (memory_) {
    const std::int64_t kept = std::min(memory_->tokens, x.size(1));
    const at::Tensor before = carry.exchange(memory_->site, keys_values.slice(1, x.size(1) - kept));
    if (before.defined()) {
      begin = -before.size(1);
      keys_values = torch::cat({before, keys_values}, 1);
    }
  }
  at::Tensor keys = keys_values.select(3, 0);
  if (reach_ != Reach::space) {
    queries = rotate_by_time(queries, 0);
    keys = rotate_by_time(keys, begin);
  }
  const at::Tensor attended = at::scaled_dot_product_attention(
      sequences_of(queries, reach_), sequences_of(keys, reach_), sequences_of(keys_values.select(3, 1), reach_));
  return proj_->forward(tokens_of(attended, reach_, x.sizes()));
}

}  // namespace vit
