/// The learning rate at a fractional epoch. Source: docs/method.md M3.5; tests/golden/learning_rates.json and
/// optimizers.json.
#pragma once

#include <cstdint>

#include "config/run_options.hpp"
#include "train/progress.hpp"

namespace pgt::train {

/// Below the end of the warm-up a line from `warmup_start` to the policy's value there, after it the policy; all of it
/// times `batch_factor`. `iterations`: in an epoch, at least 1.
double learning_rate(const config::TrainOptions& options, double epoch, std::int64_t iterations);

/// By how much the batch is larger than the one that the rates are meant for (`base_batch_size`): the linear scaling
/// rule. 1 where none is named.
double batch_factor(const config::TrainOptions& options);

/// One for every `train.accumulate` batches of an epoch of so many units, unless the schedule makes more.
std::int64_t updates_of_epoch(std::int64_t units, const config::TrainOptions& options);

/// Epochs since the start of training, the present one in parts; `updates`: of an epoch.
double epochs_done(const Progress& progress, const config::TrainOptions& options, std::int64_t updates);

/// Where the warm-up ends, in epochs. 0: there is none.
double warmup_end(const config::TrainOptions& options, std::int64_t iterations);

}  // namespace pgt::train
