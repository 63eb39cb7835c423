/// A residual network of one or two pathways.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "head.hpp"
#include "models/common/moment_head.hpp"
#include "trunk.hpp"

namespace resnet3d {

/// A trunk and a head, whose sites are of the kind `head`: one for each pathway where it scores videos or boxes.
///
/// Note [Features and the carry of a head]
/// What a head of videos carries are maps, as published, and space is pooled after the carried frames have come in. Its
/// features have their space pooled already, so `head` carries features. Without a head's carry, the first step
/// included, `forward` equals `head` of `features` bit for bit; with it as long as pooling space and reducing time may
/// change places: the mean or the last frames of a mean, the maximum of a maximum. Two passes and the verb `features`
/// never carry features in a head.
class ResNet : public Trunk, public pgt::sdk::FeatureBackbone {
 public:
  explicit ResNet(const Layout& layout);
  pgt::sdk::Output output() const;
  /// RecomputingBackbone; FeatureBackbone, but for a network that scores boxes.
  void* extension(std::string_view id);
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);
  /// Space pooled (`features_of`). Two pathways that score videos: F is that of the slow one, and behind its channels
  /// are those of the fast frames beside it, one after the other. Two that score moments: the mean of these.
  at::Tensor features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;
  at::Tensor head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;

 private:
  pgt::models::PoolLayout pool_;
  std::shared_ptr<Head> head_;                        ///< of videos or boxes …
  std::shared_ptr<pgt::models::MomentHead> moments_;  ///< … or of moments
  bool boxes_;
  std::vector<pgt::sdk::SiteIndex> head_sites_;
};

}  // namespace resnet3d
