/// A residual network of one or two pathways without its head.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "lateral.hpp"
#include "layout.hpp"
#include "models/common/stages.hpp"
#include "sites.hpp"
#include "stage.hpp"
#include "stem.hpp"

namespace resnet3d {

/// Its tensors have the names that PySlowFast gives them (docs/method.md M6.9), so weights can be exchanged. Sites: a
/// stem that looks across time, every block, every non-local block that looks at the step before, of each pathway;
/// whoever derives from it adds those of a head.
class Trunk : public torch::nn::Module, public pgt::models::Stages {
 public:
  explicit Trunk(const Layout& layout);
  std::vector<pgt::sdk::Pathway> pathways() const { return pathways_; }
  std::vector<pgt::sdk::Site> sites() const { return sites_; }
  /// The last map of each pathway, (N, C, T, H, W), of the new frames.
  std::vector<at::Tensor> maps(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);

 protected:
  Sites sites_;

 private:
  struct PlacedStem {
    std::shared_ptr<Stem> stem;
    std::optional<pgt::sdk::SiteIndex> site;  ///< where it looks across time
  };
  void add_stems(const Layout& layout);
  /// After the stem (0) or a stage (1 …), where there are two pathways.
  void add_lateral(const Layout& layout, std::size_t place);
  void fuse(std::vector<at::Tensor>& x, std::size_t place) const;

  std::vector<pgt::sdk::Pathway> pathways_;
  std::int64_t pool_frames_;
  pgt::models::LayoutForConvolutions layout_;
  std::vector<PlacedStem> stems_;
  std::vector<std::shared_ptr<Lateral>> laterals_;
  std::vector<std::shared_ptr<Stage>> stages_;
};

}  // namespace resnet3d
