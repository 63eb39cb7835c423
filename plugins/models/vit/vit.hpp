/// A video transformer whose carry is keys and values of the step before.
///
/// Sources: TimeSformer (arXiv 2102.05095), divided attention; ViT over tubelets as in VideoMAE (arXiv 2203.12602),
/// joint attention with positions that are not learned. Unlike both, time is encoded by rotations of keys and queries
/// (arXiv 2104.09864), which continue across the border of two steps, and the tokens' mean is classified.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string_view>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "block.hpp"
#include "models/common/moment_head.hpp"
#include "models/common/stages.hpp"
#include "options.hpp"

namespace vit {

class Vit : public torch::nn::Module,
            public pgt::sdk::FeatureBackbone,
            public pgt::sdk::LayeredBackbone,
            public pgt::models::Stages {
 public:
  using Options = vit::Options;
  Vit(const Options& options, const pgt::sdk::BackboneContext& context);

  /// Every block's attention across time, then those of the head.
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  pgt::sdk::Output output() const { return moments_ ? pgt::sdk::Output::moments : pgt::sdk::Output::clip; }
  void* extension(std::string_view id) {
    return pgt::sdk::extension_among<pgt::sdk::FeatureBackbone, pgt::sdk::LayeredBackbone,
                                     pgt::sdk::RecomputingBackbone>(this, id);
  }

  /// (N, 3, T, H, W) to (N, head_bins, classes), or to (N, T / tubelet, classes) where it scores moments.
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);
  /// The means of the tokens of each time: (N, T / tubelet, width).
  at::Tensor features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;
  at::Tensor head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;

  /// The patches' embedding, every block, the head with the normalisation before it.
  std::int64_t layers() const override { return options_.depth + 2; }
  std::int64_t layer_of(std::string_view parameter) const override;

 private:
  at::Tensor embed(const at::Tensor& frames);

  Options options_;
  std::vector<pgt::sdk::Site> sites_;
  torch::nn::Conv3d proj_;
  std::vector<std::shared_ptr<Block>> blocks_;
  torch::nn::LayerNorm norm_;
  torch::nn::Linear head_{nullptr};                   ///< of videos …
  std::shared_ptr<pgt::models::MomentHead> moments_;  ///< … or of moments
};

}  // namespace vit
