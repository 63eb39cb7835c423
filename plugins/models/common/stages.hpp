/// Networks that are computed stage by stage, so that the host can compute stages again in the backward.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/recompute.hpp>

namespace pgt::models {

/// A base of the network.
class Stages : public sdk::RecomputingBackbone {
 public:
  std::vector<std::string> stages() const override { return names_; }
  void recompute(sdk::Recomputer& recomputer) override { recomputer_ = &recomputer; }

  /// `compute(x, carry)`: a part of a stage, such as a block, which it holds by shared_ptr.
  template <class Compute>
  at::Tensor part(const std::string& stage, const at::Tensor& x, sdk::Carry& carry, Compute compute) const {
    return recomputer_ != nullptr ? recomputer_->run(stage, x, carry, std::move(compute)) : compute(x, carry);
  }

 protected:
  void add_stage(std::string name) { names_.push_back(std::move(name)); }

 private:
  std::vector<std::string> names_;
  sdk::Recomputer* recomputer_ = nullptr;
};

}  // namespace pgt::models
