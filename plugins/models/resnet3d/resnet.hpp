/// A residual network of one or two pathways.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "head.hpp"
#include "lateral.hpp"
#include "layout.hpp"
#include "sites.hpp"
#include "stage.hpp"
#include "stem.hpp"

namespace resnet3d {

/// Its tensors have the names that PySlowFast gives them (docs/method.md M6.9), so weights can be exchanged. Sites: a
/// stem that looks across time, every block, every non-local block that looks at the step before, the head, of each
/// pathway.
class ResNet : public torch::nn::Module {
 public:
  explicit ResNet(const Layout& layout);
  std::vector<pgt::sdk::Pathway> pathways() const { return pathways_; }
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  pgt::sdk::Output output() const { return boxes_ ? pgt::sdk::Output::boxes : pgt::sdk::Output::clip; }
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);

 private:
  struct PlacedStem {
    std::shared_ptr<Stem> stem;
    std::optional<pgt::sdk::SiteIndex> site;  ///< where it looks across time
  };
  void add_stems(const Layout& layout);
  /// After the stem (0) or a stage (1 …), where there are two pathways.
  void add_lateral(const Layout& layout, std::size_t place);
  void add_head(const Layout& layout);
  void fuse(std::vector<at::Tensor>& x, std::size_t place) const;

  std::vector<pgt::sdk::Pathway> pathways_;
  Sites sites_;
  std::int64_t pool_frames_;
  bool boxes_;
  std::vector<PlacedStem> stems_;
  std::vector<std::shared_ptr<Lateral>> laterals_;
  std::vector<std::shared_ptr<Stage>> stages_;
  std::shared_ptr<Head> head_;
  std::vector<pgt::sdk::SiteIndex> head_sites_;
};

}  // namespace resnet3d
