/// How many rows of a batch go through the network at a time (train.micro_batch).
///
/// Note [Micro-batches]
/// A step's rows are cut into parts of at most so many. Each part goes through the network with a carry of its own
/// rows and is back-propagated at once, so that one part's activations are there at a time; the carries are joined
/// after the step. A loss is divided by the divisor of the whole step, and gradients add up, so that the gradient is
/// that of the whole batch. What sees a batch as a whole sees a part: batch normalisation has the statistics of each
/// part, and dropout draws for one part after the other.
///
/// "auto" begins with the whole batch. Where memory runs out in a forward or backward, the clip begins again with half
/// as many rows at a time, and so does the rest of the run: the checkpoint remembers them. Several ranks do so
/// together, also where memory ran out on one of them (train/attempt.hpp).
#pragma once

#include <cstdint>
#include <string>

#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "nn/full_memory.hpp"
#include "train/progress.hpp"

namespace pgt::train {

/// Rows at a time; 0: all.
std::int64_t micro_batch(const config::TrainOptions& options, const Progress& progress);

/// Memory ran out in the clip that is under way, with the rows that `full` says at a time: halves them, and returns
/// what to tell. Throws `full` where they are not to change or there is one row.
std::string halve_micro_batch(const nn::FullMemory& full, const config::TrainOptions& options, Progress& progress);

/// Why a plan cannot be learned in parts of a batch, and what to do; empty: it can.
std::string no_micro_batches(const sdk::Plan& plan);

/// Throws config::SettingError where it is to be, but cannot. `rows`: at a time; 0: all.
void check_micro_batch(const sdk::Plan& plan, std::int64_t rows);

}  // namespace pgt::train
