/// Watches a backbone's forwards: what each step scores, and what its stages give.
#pragma once

#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "recording_carry.hpp"
#include "stage_features.hpp"

namespace pgt::parity {

class WatchedBackbone final : public sdk::Backbone {
 public:
  struct Seen {
    at::Tensor scores;
    StageFeatures::Map stages;
  };

  explicit WatchedBackbone(sdk::Backbone& backbone) : backbone_(backbone), features_(backbone.info().sites) {}

  sdk::BackboneInfo info() const override { return backbone_.info(); }
  void visit_parameters(sdk::ParameterVisitor& visitor) override { backbone_.visit_parameters(visitor); }
  void train(bool on) override { backbone_.train(on); }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    RecordingCarry recording(
        carry, [&](sdk::SiteIndex site, const at::Tensor& x) { features_.entered(site, x); },
        [&](sdk::SiteIndex site, const at::Tensor& y) { features_.left(site, y); });
    at::Tensor scores = backbone_.forward(fragment, recording);
    seen_.push_back({scores.detach(), features_.take()});
    return scores;
  }

  /// Of each forward so far.
  std::vector<Seen> take() { return std::exchange(seen_, {}); }

 private:
  sdk::Backbone& backbone_;
  StageFeatures features_;
  std::vector<Seen> seen_;
};

}  // namespace pgt::parity
