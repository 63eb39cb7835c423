/// What the loop says at the end of an epoch, and decides there.
#pragma once

#include <string>

#include "config/run_options.hpp"
#include "run/events.hpp"
#include "train/progress.hpp"

namespace pgt::train {

/// At the end of the epoch's training with this loss, never `automatic`; `updates`: of an epoch.
run::EpochReport epoch_report(const Progress& progress, const config::TrainOptions& options, config::Loss loss,
                              double seconds, std::int64_t updates);

/// Why training ends before its last epoch (train.patience); empty: it does not.
std::string early_end(const Progress& progress, const config::TrainOptions& options);

/// Throws where the epoch that has ended has taught nothing: Error(data) where none of its videos could be read,
/// Error(diverged) where no loss was finite. `what` a video must show to be learned from: "a box"; empty: nothing
/// special.
void check_learned(const Progress& progress, const std::string& what);

}  // namespace pgt::train
