/// The loss of one step's class scores, and what evaluation makes of scores.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"

namespace pgt::train {

/// The loss a run uses: what [train] says, or what the task asks for. Throws Error(config) where the two contradict
/// each other.
config::Loss resolve_loss(config::Loss option, sdk::Task task);

/// Targets as the loss wants them: class indices (N) of type int64, or 0/1 of (N, classes) in `type`.
at::Tensor target_tensor(const std::vector<sdk::Target>& targets, std::int64_t classes, config::Loss loss,
                         at::ScalarType type);

/// Per video or box (N): softmax cross entropy, or the mean over the classes of the binary cross entropy. `scores` is
/// (N, K).
at::Tensor loss_per_score(const at::Tensor& scores, const at::Tensor& target, config::Loss loss);

/// Probabilities (N, K) from scores (N, P, K): softmax or sigmoid at each position, mean over positions.
at::Tensor probabilities(const at::Tensor& scores, config::Loss loss);

}  // namespace pgt::train
