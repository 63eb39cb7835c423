#include "vit.hpp"

#include <stdexcept>
#include <string>

#include "models/common/features.hpp"
#include "positions.hpp"

namespace vit {
namespace {

torch::nn::Conv3d patches(const Options& o) {
  const torch::ExpandingArray<3> size({o.tubelet, o.patch, o.patch});
  return torch::nn::Conv3d(torch::nn::Conv3dOptions(3, o.width, size).stride(size));
}

void check_multiple(std::int64_t value, std::int64_t of, const std::string& what, const std::string& remedy) {
  if (value % of == 0) return;
  throw std::runtime_error("a step has " + std::to_string(value) + " " + what + ", not a multiple of " +
                           std::to_string(of) + ": " + remedy);
}

/// Weights narrow, biases 0; temporal branches start as nothing, so that an image network's weights are a good start.
void initialise(torch::nn::Module& network) {
  const torch::NoGradGuard no_gradients;
  for (auto& item : network.named_parameters()) {
    if (item.key().find("norm") != std::string::npos) continue;
    if (item.key().ends_with("bias") || item.key().ends_with("temporal_fc.weight")) {
      item.value().zero_();
    } else {
      item.value().normal_(0.0, 0.02).clamp_(-0.04, 0.04);
    }
  }
}

}  // namespace

Vit::Vit(const Options& options, const pgt::sdk::BackboneContext& context)
    : options_(options), proj_(patches(options)), norm_(torch::nn::LayerNormOptions({options.width}).eps(1e-6)) {
  register_module("patch_embed", std::make_shared<torch::nn::Module>("patch_embed"))->register_module("proj", proj_);
  const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>("blocks"));
  for (std::int64_t i = 0; i < options.depth; ++i) {
    const std::string place = std::to_string(i);
    add_stage("blocks." + place);
    std::optional<Memory> memory;
    if (options.memory > 0) {
      memory = Memory{sites_.size(), options.memory};
      const std::string attention = options.attention == Attention::divided ? ".temporal_attn" : ".attn";
      sites_.push_back({"blocks." + place + attention, 0, pgt::sdk::SiteKind::attention, options.memory + 1});
    }
    blocks_.push_back(blocks->register_module(place, std::make_shared<Block>(options, memory)));
  }
  register_module("norm", norm_);
  initialise(*this);
  if (const auto moments = options.head.layout()) {
    moments_ = register_module("head", std::make_shared<pgt::models::MomentHead>(
                                           *moments, options.width, context.classes, options.dropout, sites_, "head"));
    return;
  }
  head_ = register_module("head", torch::nn::Linear(options.width, context.classes));
  initialise(*head_);
  sites_.push_back({"head", 0, pgt::sdk::SiteKind::head, 1});
}

at::Tensor Vit::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  return head(features(fragment, carry), fragment, carry);
}

at::Tensor Vit::features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  at::Tensor x = embed(fragment.frames.at(0));
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    x = part(
        "blocks." + std::to_string(i), x, carry,
        [block = blocks_[i]](const at::Tensor& tokens, pgt::sdk::Carry& its) { return block->forward(tokens, its); });
  }
  return norm_->forward(x).mean(2);
}

at::Tensor Vit::head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  if (moments_) return moments_->forward(features, carry);
  const at::Tensor all = pgt::models::enter_features(carry, sites_.size() - 1, features).transpose(1, 2);
  const at::Tensor bins = torch::adaptive_avg_pool1d(all, fragment.head_bins).transpose(1, 2);
  return head_->forward(torch::dropout(bins, options_.dropout, is_training()));
}

std::int64_t Vit::layer_of(std::string_view parameter) const {
  constexpr std::string_view blocks = "blocks.";
  if (parameter.starts_with("patch_embed.")) return 0;
  if (!parameter.starts_with(blocks)) return layers() - 1;
  return 1 + std::stoll(std::string(parameter.substr(blocks.size())));
}

/// Tokens (N, T, P, C).
at::Tensor Vit::embed(const at::Tensor& frames) {
  check_multiple(frames.size(2), options_.tubelet, "new frames",
                 "choose schedule.step_length and schedule.overlap so that both are, or model.tubelet = 1");
  check_multiple(frames.size(3), options_.patch, "rows of pixels", "change data.size or model.patch");
  check_multiple(frames.size(4), options_.patch, "columns of pixels", "change data.size or model.patch");
  const at::Tensor map = proj_->forward(frames);  // (N, C, T, rows, columns)
  const at::Tensor tokens = map.flatten(3).permute({0, 2, 3, 1});
  return tokens + spatial_positions(map.size(3), map.size(4), options_.width, tokens);
}

}  // namespace vit
