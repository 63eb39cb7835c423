/// The learning rate at a fractional epoch. Source: docs/method.md M3.5; tests/golden/learning_rates.json.
#pragma once

#include "config/run_options.hpp"

namespace pgt::train {

/// Cosine from `learning_rate` to 0 over all epochs; `gamma` to the number of milestones passed; or constant. Below
/// `warmup_epochs`: linear from `warmup_start` to the policy's value at `warmup_epochs`.
double learning_rate(const config::TrainOptions& options, double epoch);

}  // namespace pgt::train
