/// What every stage of a network gave in one step, seen from its sites.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::parity {

/// A stage is what a site's name begins with: "s4" of "s4.pathway0_res2". Its result is what enters the next stage of
/// its pathway, unless something between changes the shape: then what left its last site, rectified. A stage without
/// sites (a stem of single frames) is seen with the channels that another pathway added after its own.
class StageFeatures {
 public:
  /// By stage and pathway; float64, on the CPU.
  using Map = std::map<std::pair<std::string, std::size_t>, at::Tensor>;

  explicit StageFeatures(std::vector<sdk::Site> sites) : sites_(std::move(sites)) {}
  void entered(sdk::SiteIndex site, const at::Tensor& x);
  void left(sdk::SiteIndex site, const at::Tensor& y);
  Map take() { return std::exchange(features_, {}); }

 private:
  std::vector<sdk::Site> sites_;
  Map features_;
};

}  // namespace pgt::parity
