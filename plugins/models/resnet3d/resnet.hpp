/// A residual network of one pathway.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "block.hpp"
#include "head.hpp"
#include "layout.hpp"
#include "stem.hpp"

namespace resnet3d {

/// Its tensors have the names that PySlowFast gives them (spec/pgt.md 7.8), so weights can be exchanged. Sites: the
/// stem where it looks across time, every block, the head.
class ResNet : public torch::nn::Module {
 public:
  explicit ResNet(const Layout& layout);
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);

 private:
  struct PlacedBlock {
    std::shared_ptr<ResidualBlock> block;
    pgt::sdk::SiteIndex site;
  };
  pgt::sdk::SiteIndex add_site(std::string name, pgt::sdk::SiteKind kind, std::int64_t temporal_kernel);

  std::vector<pgt::sdk::Site> sites_;
  std::shared_ptr<Stem> stem_;
  std::optional<pgt::sdk::SiteIndex> stem_site_;
  std::vector<PlacedBlock> blocks_;
  std::shared_ptr<Head> head_;
  pgt::sdk::SiteIndex head_site_ = 0;
};

}  // namespace resnet3d
