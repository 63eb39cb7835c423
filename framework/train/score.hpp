/// How good an epoch's weights are, so that the best can be kept.
#pragma once

#include <limits>

namespace pgt::train {

struct Score {
  double metric = -1;  ///< of the task, higher is better; -1, below all of them: nothing has been measured yet
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< of the same evaluation; NaN: it has none (boxes)

  /// By the metric; among equals, which are the rule with few videos, by the loss. What is not a number is the worst
  /// of all, and of two equals neither is better, so that the earlier one stays.
  bool better_than(const Score& other) const;
};

}  // namespace pgt::train
