/// What the loop reports about an epoch, and what it derives from where it is.
#pragma once

#include <string>

#include "config/run_options.hpp"
#include "run/events.hpp"
#include "train/progress.hpp"
#include "walk/epoch_batches.hpp"

namespace pgt::train {

/// At the end of the epoch's training with this loss, never `automatic`; `updates` as below.
run::EpochReport epoch_report(const Progress& progress, const config::TrainOptions& options, config::Loss loss,
                              double seconds, std::int64_t updates);

/// Why training ends before its last epoch (train.patience); empty: it does not.
std::string early_end(const Progress& progress, const config::TrainOptions& options);

/// Throws where the epoch that has ended has taught nothing: Error(data) where none of its videos could be read,
/// Error(diverged) where no loss was finite. `what` a video must show to be learned from: "a box"; empty: nothing
/// special.
void check_learned(const Progress& progress, const std::string& what);

/// One for every `train.accumulate` batches of an epoch of so many units, unless the schedule makes more.
std::int64_t updates_of_epoch(std::int64_t units, const config::TrainOptions& options);

/// Where the feed of the epoch begins: at the batch to do, or in the middle of the one that is under way.
walk::EpochPlace place_of(const Progress& progress);

/// Epochs since the start of training, the present one in parts; `updates`: of an epoch.
double epochs_done(const Progress& progress, const config::TrainOptions& options, std::int64_t updates);

}  // namespace pgt::train
