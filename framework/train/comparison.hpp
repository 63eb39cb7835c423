/// Whether all ranks still train the same network.
#pragma once

#include <cstdint>

#include <pgt/sdk/backbone.hpp>

#include "dist/group.hpp"

namespace pgt::train {

/// Ranks that drift apart, for a fault of a machine or a plugin, would otherwise train on and report nonsense.
class Comparison {
 public:
  /// `every`: updates from one comparison to the next; 0: there is none.
  Comparison(sdk::Backbone& backbone, std::int64_t every, dist::Group& group)
      : backbone_(backbone), every_(every), group_(group) {}

  /// So many updates are done: compares where it is time, and before the first. Throws Error(failure) that names the
  /// first tensor that differs and the ranks. All ranks call it.
  void after(std::int64_t updates);

 private:
  sdk::Backbone& backbone_;
  std::int64_t every_;
  dist::Group& group_;
  std::int64_t compared_ = -1;  ///< how often it had been time at the last comparison
};

}  // namespace pgt::train
