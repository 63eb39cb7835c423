/// Watches how a backbone uses the carry of a step.
#pragma once

#include <map>

#include <pgt/sdk/backbone.hpp>

namespace pgt::model {

class WatchedCarry final : public sdk::Carry {
 public:
  struct Use {
    int entered = 0, left = 0, exchanged = 0;
    std::int64_t frames_in = 0;   ///< that `enter` gave
    std::int64_t frames_out = 0;  ///< that `leave` got
  };

  explicit WatchedCarry(sdk::Carry& carry) : carry_(carry) {}

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override {
    at::Tensor input = carry_.enter(site, x);
    ++uses_[site].entered;
    uses_[site].frames_in = input.size(time);
    return input;
  }
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override {
    ++uses_[site].left;
    uses_[site].frames_out = y.size(time);
    return carry_.leave(site, y);
  }
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part = 0) override {
    ++uses_[site].exchanged;
    return carry_.exchange(site, state, part);
  }
  at::Tensor recall(sdk::SiteIndex site, std::size_t part = 0) override { return carry_.recall(site, part); }

  const std::map<sdk::SiteIndex, Use>& uses() const { return uses_; }

 private:
  static constexpr std::int64_t time = 2;  ///< of (N, C, T, H, W)
  sdk::Carry& carry_;
  std::map<sdk::SiteIndex, Use> uses_;
};

}  // namespace pgt::model
