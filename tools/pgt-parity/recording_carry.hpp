/// Watches what enters each site on its way to the real carry.
#pragma once

#include <functional>

#include <pgt/sdk/backbone.hpp>

namespace pgt::parity {

class RecordingCarry final : public sdk::Carry {
 public:
  using Watcher = std::function<void(sdk::SiteIndex site, const at::Tensor& x)>;
  RecordingCarry(sdk::Carry& carry, Watcher watcher) : carry_(carry), watcher_(std::move(watcher)) {}

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override {
    watcher_(site, x);
    return carry_.enter(site, x);
  }
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override { return carry_.leave(site, y); }
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state) override { return carry_.exchange(site, state); }

 private:
  sdk::Carry& carry_;
  Watcher watcher_;
};

}  // namespace pgt::parity
