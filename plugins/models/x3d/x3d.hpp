/// X3D: a network of depth-wise convolutions, stretched along one axis after another (arXiv 2004.04730).
///
/// Source: docs/method.md M2.3, M6.5; names of the tensors as in PySlowFast (M6.9).
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "block.hpp"
#include "head.hpp"
#include "layout.hpp"
#include "models/common/conv.hpp"
#include "models/common/stages.hpp"
#include "options.hpp"

namespace x3d {

class X3d : public torch::nn::Module, public pgt::sdk::FeatureBackbone, public pgt::models::Stages {
 public:
  using Options = x3d::Options;
  X3d(const Options& options, const pgt::sdk::BackboneContext& context);
  explicit X3d(const Layout& layout);

  /// The stem, every block, those of the head.
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  pgt::sdk::Output output() const { return output_; }
  void* extension(std::string_view id) {
    return pgt::sdk::extension_among<pgt::sdk::FeatureBackbone, pgt::sdk::RecomputingBackbone>(this, id);
  }
  /// (N, 3, T, H, W) to (N, P, K).
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);
  /// The wide channels, space pooled. What a head carries: see Note [Features and the carry of a head] in
  /// models/resnet3d/resnet.hpp.
  at::Tensor features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;
  at::Tensor head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;

 private:
  pgt::sdk::SiteIndex add_site(pgt::sdk::Site site);
  void add_stem(const Layout& layout);
  at::Tensor map(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);

  std::vector<pgt::sdk::Site> sites_;
  pgt::sdk::Output output_;
  struct Stem {
    pgt::models::Convolution conv_xy{nullptr};
    pgt::models::Convolution conv_t{nullptr};
    std::shared_ptr<Norm> norm;
    at::Tensor forward(const at::Tensor& frames);
  } stem_;
  struct PlacedBlock {
    std::string stage;
    std::shared_ptr<Block> block;
    pgt::sdk::SiteIndex site = 0;
  };
  std::vector<PlacedBlock> blocks_;
  std::shared_ptr<Head> head_;
};

}  // namespace x3d
