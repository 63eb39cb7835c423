#include "train/progress_check.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace pgt::train {
namespace {

std::string negative_in(const Progress& progress) {
  const std::pair<const char*, std::int64_t> counts[] = {
      {"epoch", progress.epoch},
      {"unit", progress.unit},
      {"iteration", progress.iteration},
      {"total", progress.total},
      {"clip.step", progress.clip.step},
      {"clip.failed", progress.clip.failed},
      {"clip.skipped", progress.clip.skipped},
      {"learner.gathered.batches", progress.learner.gathered.batches},
      {"micro_batch", progress.micro_batch},
      {"learner.updates", progress.learner.updates},
      {"learner.skipped_in_row", progress.learner.skipped_in_row},
      {"epoch_videos", progress.epoch_videos},
      {"epoch_skipped", progress.epoch_skipped},
      {"skipped", progress.skipped},
      {"stale", progress.stale},
      {"metrics_bytes", progress.metrics_bytes}};
  for (const auto& [name, count] : counts) {
    if (count < 0) return std::string(name) + " is " + std::to_string(count);
  }
  return "";
}

std::string impossible_in(const ClipProgress& clip) {
  const std::size_t rows = clip.videos.size();
  const auto not_rows = [&](const char* name, std::size_t size) {
    return "clip." + std::string(name) + " has " + std::to_string(size) + " values for " + std::to_string(rows) +
           " videos";
  };
  if (clip.correct.size() != rows) return not_rows("correct", clip.correct.size());
  if (clip.weights.size() != rows) return not_rows("weights", clip.weights.size());
  if (std::ranges::any_of(clip.weights, [](double weight) { return !(weight >= 0 && std::isfinite(weight)); })) {
    return "clip.weights has a value that is not a weight";
  }
  if (clip.alive.size() > rows) return not_rows("alive", clip.alive.size());
  const bool ascending = std::ranges::adjacent_find(clip.alive, std::greater_equal<>{}) == clip.alive.end();
  if (!ascending || (!clip.alive.empty() && clip.alive.back() >= rows)) {
    return "clip.alive does not name rows from 0 to " + std::to_string(rows) + " in their order";
  }
  if (clip.failed > static_cast<std::int64_t>(rows)) return "clip.failed is " + std::to_string(clip.failed);
  if (clip.step_losses.size() != clip.step_rows.size()) {
    return "clip.step_losses and clip.step_rows differ in number";
  }
  if (std::ranges::any_of(clip.step_rows, [&](auto count) { return count < 0; })) return "clip.step_rows has negatives";
  if (clip.step > 0 && rows == 0) return "clip.step is " + std::to_string(clip.step) + ", but the clip has no videos";
  return "";
}

}  // namespace

std::string impossible_in(const Progress& progress) {
  if (std::string text = negative_in(progress); !text.empty()) return text;
  if (!std::isfinite(progress.epoch_loss)) return "epoch_loss is not finite";
  return impossible_in(progress.clip);
}

}  // namespace pgt::train
