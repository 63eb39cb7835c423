/// results.csv: one row an epoch, with its times.
#pragma once

#include "run/epoch_rows.hpp"
#include "run/record_file.hpp"

namespace pgt::run {

/// Columns: epoch (from 1), iterations (since the start), time_s (training and evaluation of this epoch), train/loss,
/// train/top1, val/loss, val/top1, val/top5, val/mean_class_accuracy, val/mAP, best (1 or 0), lr, clips_per_s. What was
/// not measured is empty.
void append_result(RecordFile& file, const EpochRow& row);

/// How many bytes of such a file hold its first `epochs` epochs.
std::int64_t bytes_of_results(std::string_view text, std::int64_t epochs);

}  // namespace pgt::run
