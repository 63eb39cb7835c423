/// Gradients that are walked back over the borders between steps, after the steps have been back-propagated
/// (docs/method.md M3.8).
///
/// What a step hands on becomes a leaf of the next step's graph, so each step has a graph of its own. A loss is first
/// back-propagated through its own step's graph, which leaves gradients at the leaves of the border before it; from
/// there through the step before, and so on. A graph is walked once for each of the losses that reach it and is there
/// as long as its border is.
#pragma once

#include <ATen/core/Tensor.h>

#include <deque>
#include <vector>

namespace pgt::nn {

/// The border between two steps.
struct Border {
  std::vector<at::Tensor> made;   ///< of the earlier step, with its graph
  std::vector<at::Tensor> taken;  ///< by the later step: the same values, leaves of its graph
};

/// Walks the gradients that a backward has left at the latest border's leaves back over all of them, from the last to
/// the first. Gradients of weights add up; those of the leaves are used up. The graphs stay.
void walk_back(const std::deque<Border>& borders);

}  // namespace pgt::nn
