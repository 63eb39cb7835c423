/// RegNet: residual stages whose widths follow a line (arXiv 2003.13678), with convolutions across time in the last
/// stages; "r3d" in the reference, where it cannot run progressively (docs/method.md M2.9, M6.6).
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "block.hpp"
#include "models/common/conv.hpp"
#include "models/common/moment_head.hpp"
#include "models/common/stages.hpp"
#include "options.hpp"

namespace regnet {

class RegNet : public torch::nn::Module, public pgt::sdk::FeatureBackbone, public pgt::models::Stages {
 public:
  using Options = regnet::Options;
  RegNet(const Options& options, const pgt::sdk::BackboneContext& context);

  /// Every block, those of the head.
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  pgt::sdk::Output output() const { return moments_ ? pgt::sdk::Output::moments : pgt::sdk::Output::clip; }
  void* extension(std::string_view id) {
    return pgt::sdk::extension_among<pgt::sdk::FeatureBackbone, pgt::sdk::RecomputingBackbone>(this, id);
  }
  /// (N, 3, T, H, W) to (N, P, K).
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);
  /// The last map, space pooled. What a head carries: see Note [Features and the carry of a head] in
  /// models/resnet3d/resnet.hpp.
  at::Tensor features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;
  at::Tensor head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;

 private:
  at::Tensor map(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);
  at::Tensor score(const at::Tensor& features, std::int64_t bins);

  pgt::models::PoolLayout pool_;
  double dropout_;
  std::vector<pgt::sdk::Site> sites_;
  pgt::models::LayoutForConvolutions layout_;
  pgt::models::Convolution conv1_;
  std::shared_ptr<Norm> norm1_;
  struct PlacedBlock {
    std::string stage;
    std::shared_ptr<Block> block;
  };
  std::vector<PlacedBlock> blocks_;                   ///< a block's place is its site
  torch::nn::Linear fc_{nullptr};                     ///< of videos …
  std::shared_ptr<pgt::models::MomentHead> moments_;  ///< … or of moments
};

}  // namespace regnet
