/// X3D: a network of depth-wise convolutions, stretched along one axis after another (arXiv 2004.04730).
///
/// Source: docs/method.md M2.3, M6.5; names of the tensors as in PySlowFast (M6.9).
#pragma once

#include <torch/torch.h>

#include <memory>
#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "block.hpp"
#include "head.hpp"
#include "layout.hpp"
#include "options.hpp"

namespace x3d {

class X3d : public torch::nn::Module {
 public:
  using Options = x3d::Options;
  X3d(const Options& options, const pgt::sdk::BackboneContext& context);
  explicit X3d(const Layout& layout);

  /// The stem, every block, the head.
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  /// (N, 3, T, H, W) to (N, P, K).
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);

 private:
  pgt::sdk::SiteIndex add_site(pgt::sdk::Site site);
  void add_stem(const Layout& layout);
  at::Tensor stem(const at::Tensor& frames);

  std::vector<pgt::sdk::Site> sites_;
  torch::nn::Conv3d conv_xy_{nullptr};
  torch::nn::Conv3d conv_t_{nullptr};
  std::shared_ptr<Norm> stem_norm_;
  std::vector<std::pair<std::shared_ptr<Block>, pgt::sdk::SiteIndex>> blocks_;
  std::shared_ptr<Head> head_;
};

}  // namespace x3d
