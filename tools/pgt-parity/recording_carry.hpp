/// Watches what enters and leaves each site on its way through the real carry.
#pragma once

#include <functional>

#include <pgt/sdk/backbone.hpp>

namespace pgt::parity {

class RecordingCarry final : public sdk::Carry {
 public:
  using Watcher = std::function<void(sdk::SiteIndex site, const at::Tensor& x)>;
  RecordingCarry(sdk::Carry& carry, Watcher entered, Watcher left)
      : carry_(carry), entered_(std::move(entered)), left_(std::move(left)) {}

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override {
    entered_(site, x);
    return carry_.enter(site, x);
  }
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override {
    const at::Tensor left = carry_.leave(site, y);
    left_(site, left);
    return left;
  }
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part = 0) override {
    return carry_.exchange(site, state, part);
  }
  at::Tensor recall(sdk::SiteIndex site, std::size_t part = 0) override { return carry_.recall(site, part); }

 private:
  sdk::Carry& carry_;
  Watcher entered_;
  Watcher left_;
};

}  // namespace pgt::parity
