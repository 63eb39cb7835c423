#include "train/progress.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "train/progress_check.hpp"

namespace pgt::train {
namespace {

using nlohmann::json;

json to_object(const ClipProgress& clip) {
  return {{"step", clip.step},       {"videos", clip.videos},           {"alive", clip.alive},
          {"failed", clip.failed},   {"step_losses", clip.step_losses}, {"step_rows", clip.step_rows},
          {"correct", clip.correct}, {"weights", clip.weights},         {"skipped", clip.skipped}};
}

json to_object(const LearnerProgress& learner) {
  const Gathered& gathered = learner.gathered;
  return {{"gathered",
           {{"weight", gathered.weight},
            {"share", gathered.share},
            {"most_weight", gathered.most_weight},
            {"shares", gathered.shares},
            {"batches", gathered.batches},
            {"learning_rate", gathered.learning_rate},
            {"spoiled", gathered.spoiled}}},
          {"updates", learner.updates},
          {"skipped_in_row", learner.skipped_in_row},
          {"loss_scale", learner.loss_scale},
          {"loss_scale_updates", learner.loss_scale_updates}};
}

json to_object(const Progress& progress) {
  return {{"epoch", progress.epoch},
          {"unit", progress.unit},
          {"iteration", progress.iteration},
          {"total", progress.total},
          {"clip", to_object(progress.clip)},
          {"learner", to_object(progress.learner)},
          {"micro_batch", progress.micro_batch},
          {"epoch_loss", progress.epoch_loss},
          {"epoch_correct", progress.epoch_correct},
          {"epoch_videos", progress.epoch_videos},
          {"epoch_skipped", progress.epoch_skipped},
          {"skipped", progress.skipped},
          {"bad_videos", progress.bad_videos},
          {"best", progress.best.metric},
          {"best_loss", progress.best.loss},  // null where there is none
          {"stale", progress.stale},
          {"metrics_bytes", progress.metrics_bytes}};
}

/// Those of a clip that was under way before there were weights: 1, but for the rows that have failed. Which of those
/// that are gone these are is not known, and does not matter: their sum does.
std::vector<double> weights_of_before(const ClipProgress& clip) {
  std::vector<double> weights(clip.videos.size(), 1);
  std::int64_t failed = clip.failed;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (failed == 0 || std::ranges::find(clip.alive, row) != clip.alive.end()) continue;
    weights[row] = 0;
    --failed;
  }
  return weights;
}

ClipProgress clip_of(const json& object) {
  ClipProgress clip;
  object.at("step").get_to(clip.step);
  object.at("videos").get_to(clip.videos);
  object.at("alive").get_to(clip.alive);
  object.at("failed").get_to(clip.failed);
  object.at("step_losses").get_to(clip.step_losses);
  object.at("step_rows").get_to(clip.step_rows);
  object.at("correct").get_to(clip.correct);
  clip.skipped = object.value("skipped", std::int64_t{0});  // older checkpoints have none
  if (object.contains("weights")) {
    object.at("weights").get_to(clip.weights);
  } else {
    clip.weights = weights_of_before(clip);
  }
  return clip;
}

LearnerProgress learner_of(const json& object) {
  LearnerProgress learner;
  const json& gathered = object.at("gathered");
  gathered.at("weight").get_to(learner.gathered.weight);
  gathered.at("share").get_to(learner.gathered.share);
  gathered.at("most_weight").get_to(learner.gathered.most_weight);
  gathered.at("shares").get_to(learner.gathered.shares);
  gathered.at("batches").get_to(learner.gathered.batches);
  gathered.at("learning_rate").get_to(learner.gathered.learning_rate);
  gathered.at("spoiled").get_to(learner.gathered.spoiled);
  object.at("updates").get_to(learner.updates);
  object.at("skipped_in_row").get_to(learner.skipped_in_row);
  object.at("loss_scale").get_to(learner.loss_scale);
  object.at("loss_scale_updates").get_to(learner.loss_scale_updates);
  return learner;
}

/// Of a checkpoint that knows only the sum of loss weights.
LearnerProgress older_learner_of(const json& clip) {
  LearnerProgress learner;
  learner.gathered.weight = learner.gathered.share = clip.at("gathered_weight");
  return learner;
}

Progress progress_of(const json& object, std::optional<std::int64_t> batch_size) {
  Progress progress;
  object.at("epoch").get_to(progress.epoch);
  object.at("iteration").get_to(progress.iteration);
  object.at("total").get_to(progress.total);
  progress.clip = clip_of(object.at("clip"));
  const auto learner = object.find("learner");
  progress.learner = learner != object.end() ? learner_of(*learner) : older_learner_of(object.at("clip"));
  progress.micro_batch = object.value("micro_batch", std::int64_t{0});  // older checkpoints have none
  object.at("epoch_loss").get_to(progress.epoch_loss);
  object.at("epoch_correct").get_to(progress.epoch_correct);
  object.at("epoch_videos").get_to(progress.epoch_videos);
  progress.epoch_skipped = object.value("epoch_skipped", std::int64_t{0});
  progress.skipped = object.value("skipped", std::int64_t{0});
  object.at("bad_videos").get_to(progress.bad_videos);
  object.at("best").get_to(progress.best.metric);
  object.at("metrics_bytes").get_to(progress.metrics_bytes);
  if (const auto loss = object.find("best_loss"); loss != object.end() && !loss->is_null()) {
    progress.best.loss = loss->get<double>();
  }
  progress.stale = object.value("stale", std::int64_t{0});
  const bool says_units = object.contains("unit") || !batch_size;
  progress.unit = says_units ? object.at("unit").get<std::int64_t>() : progress.iteration * *batch_size;
  return progress;
}

}  // namespace

Progress Progress::next_epoch() const {
  Progress next;
  next.epoch = epoch + 1;
  next.total = total;
  next.learner = learner;
  next.micro_batch = micro_batch;
  next.skipped = skipped;
  next.bad_videos = bad_videos;
  next.best = best;
  next.stale = stale;
  return next;
}

void Progress::finish_iteration(const run::IterationReport& report, double right, std::int64_t units_done) {
  if (report.videos > 0) epoch_loss += report.loss * static_cast<double>(report.videos);
  epoch_correct += right;
  epoch_videos += report.videos;
  epoch_skipped += report.skipped;
  skipped += report.skipped;
  unit = units_done;
  ++iteration;
  ++total;
  clip = {};
}

std::string to_json(const Progress& progress, int indent) { return to_object(progress).dump(indent); }

Progress progress_from_json(const std::string& text, const std::string& where, std::optional<std::int64_t> batch_size) {
  Progress progress;
  try {
    progress = progress_of(json::parse(text), batch_size);
  } catch (const json::exception& error) {
    throw Error(ExitCode::plugin, where + " does not say where a run is: " + error.what());
  }
  if (const std::string what = impossible_in(progress); !what.empty()) {
    throw Error(ExitCode::plugin, where + " says that a run is where it cannot be: " + what);
  }
  return progress;
}

}  // namespace pgt::train
