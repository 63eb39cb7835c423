/// Adds up the gradients of all ranks.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "dist/group.hpp"

namespace pgt::dist {

/// Gradients travel in flat buckets, so that a network of many small tensors takes few messages and what is copied at a
/// time is little. The ranks' parameters are the same, in the same order.
class Reducer {
 public:
  Reducer(Group& group, std::vector<at::Tensor> parameters) : group_(group), parameters_(std::move(parameters)) {}

  /// Makes each parameter's gradient the sum of all ranks' gradients. A rank that has none counts as zeros; where no
  /// rank has one, none has one afterwards.
  void reduce();
  /// The same sums, one for each parameter (undefined: no rank has a gradient), and the gradients stay as they are.
  std::vector<at::Tensor> sums() const;

  /// How often `reduce` has been called.
  std::int64_t reductions() const { return reductions_; }
  Group& group() const { return group_; }

 private:
  Group& group_;
  std::vector<at::Tensor> parameters_;
  std::int64_t reductions_ = 0;
};

}  // namespace pgt::dist
