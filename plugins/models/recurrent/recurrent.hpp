/// A residual network of single frames, and a recurrent one over them, trained end to end. The recurrent state is what
/// crosses from step to step, so that a video walked in steps gives what the whole clip gives.
///
/// Sources: arXiv 1512.03385 for the frames, with the stride in the 3×3 convolution; the normalisations that do not let
/// the frames of a video see each other follow Rivoir et al. (arXiv 2203.07976).
#pragma once

#include <torch/torch.h>

#include <memory>
#include <string_view>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "models/common/recurrence.hpp"
#include "options.hpp"
#include "pictures.hpp"

namespace recurrent {

/// Names: those of torchvision's ResNets, `head.recurrence.{weight_ih,weight_hh,bias_ih,bias_hh}_l0` …,
/// `head.projection.{weight,bias}`.
class Recurrent : public Pictures, public pgt::sdk::FeatureBackbone {
 public:
  using Options = recurrent::Options;
  Recurrent(const Options& options, const pgt::sdk::BackboneContext& context);

  /// The recurrent state alone: the frames do not see each other.
  std::vector<pgt::sdk::Site> sites() const { return states_; }
  pgt::sdk::Output output() const { return moments_ ? pgt::sdk::Output::moments : pgt::sdk::Output::clip; }
  void* extension(std::string_view id) {
    return pgt::sdk::extension_among<pgt::sdk::FeatureBackbone, pgt::sdk::RecomputingBackbone>(this, id);
  }
  /// (N, 3, T, H, W) to (N, head_bins, classes), or to (N, T, classes) where it scores moments.
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry);
  /// Of each frame by itself: (N, T, C), the mean over space. The recurrent network is of the head.
  at::Tensor features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;
  at::Tensor head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;

 private:
  std::vector<pgt::sdk::Site> states_;
  bool moments_;
  double dropout_;
  std::shared_ptr<pgt::models::Recurrence> recurrence_;
  torch::nn::Linear projection_{nullptr};
};

}  // namespace recurrent
