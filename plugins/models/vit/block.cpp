#include "block.hpp"

namespace vit {
namespace {

torch::nn::LayerNorm norm(std::int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(1e-6));
}

torch::nn::Sequential perceptron(std::int64_t width, std::int64_t hidden) {
  torch::nn::Sequential layers;
  layers->push_back("fc1", torch::nn::Linear(width, hidden));
  layers->push_back("act", torch::nn::GELU());
  layers->push_back("fc2", torch::nn::Linear(hidden, width));
  return layers;
}

}  // namespace

Block::Block(const Options& o, std::optional<Memory> memory)
    : norm1_(register_module("norm1", norm(o.width))),
      norm2_(register_module("norm2", norm(o.width))),
      mlp_(register_module("mlp", perceptron(o.width, o.mlp_ratio * o.width))) {
  if (o.attention == Attention::joint) {
    attn_ = register_module("attn", std::make_shared<SelfAttention>(o.width, o.heads, Reach::all, memory));
    return;
  }
  attn_ = register_module("attn", std::make_shared<SelfAttention>(o.width, o.heads, Reach::space, std::nullopt));
  temporal_norm1_ = register_module("temporal_norm1", norm(o.width));
  temporal_attn_ =
      register_module("temporal_attn", std::make_shared<SelfAttention>(o.width, o.heads, Reach::time, memory));
  temporal_fc_ = register_module("temporal_fc", torch::nn::Linear(o.width, o.width));
}

at::Tensor Block::forward(const at::Tensor& x, pgt::sdk::Carry& carry) {
  at::Tensor y = temporal_attn_ ? x + across_time(x, carry) : x;
  y = y + attn_->forward(norm1_->forward(y), carry);
  return y + mlp_->forward(norm2_->forward(y));
}

at::Tensor Block::across_time(const at::Tensor& x, pgt::sdk::Carry& carry) {
  return temporal_fc_->forward(temporal_attn_->forward(temporal_norm1_->forward(x), carry));
}

}  // namespace vit
