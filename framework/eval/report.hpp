/// The files of one evaluation, for people and for tools: what was scored and how, every video's prediction, every
/// class, and which classes are taken for which.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "eval/detection.hpp"
#include "eval/metrics.hpp"
#include "eval/moment_metrics.hpp"
#include "eval/moment_track.hpp"
#include "run/events.hpp"

namespace pgt::eval {

/// How the videos were scored. metrics.json says it before any value, because figures of two protocols cannot be
/// compared.
struct Protocol {
  std::string split;
  std::int64_t views = 1;
  std::int64_t crops = 1;                        ///< or EvalOptions::whole_picture
  sdk::Ensemble ensemble = sdk::Ensemble::mean;  ///< over the steps of a clip
  std::vector<std::string> settings{};           ///< SECTION.KEY=VALUE, other than those of the training
};

/// One evaluation with all that its files name.
struct Evaluation {
  Protocol protocol;
  sdk::Task task = sdk::Task::single_label;
  config::Loss loss = config::Loss::cross_entropy;  ///< that the network was trained with
  std::vector<std::string> classes;
  std::vector<sdk::Sample> videos;    ///< all that were to be scored; Scored::index is a place among them
  std::vector<Scored> scored;         ///< without `classes` where the truth is not known
  std::vector<run::BadFile> missing;  ///< `id` is the sample's
  KeyFrames key_frames;               ///< Task::boxes: of the scored samples
  bool scores_moments = false;  ///< the network scores them: `tracks` counts, and the classes of whole videos do not
  std::vector<MomentTrack> tracks{};  ///< … of the scored videos, in their order
  config::EvalOptions rules{};        ///< by which moments become segments

  /// Their moments and how they are judged.
  MomentEvaluation moment_evaluation() const { return {tracks, classes, rules, task != sdk::Task::multi_label, loss}; }
};

/// Moves the videos whose scores are not finite from the scored ones to the missing ones. Returns their paths.
std::vector<std::string> set_aside_not_finite(Evaluation& evaluation);
/// Throws Error(diverged) that names these; does nothing where there are none.
void refuse_not_finite(const std::vector<std::string>& names);

/// What was measured, by name: see `summarise` of videos and of moments; of boxes "mAP". Throws Error(diverged) that
/// names the videos, or the key frames, whose scores are not finite.
std::map<std::string, double> summarise(const Evaluation& evaluation);
/// The metric that decides which checkpoint is best: "top1" or "mAP"; of moments of one class each "accuracy".
std::string main_metric(const Evaluation& evaluation);

/// An interval that holds the true share with 95 % confidence, in percent (Wilson's score interval).
struct Interval {
  double low = 0;
  double high = 0;
};
Interval wilson_interval(std::int64_t hits, std::int64_t videos);

/// Makes `folder` and writes metrics.json, per_class.csv, missing.csv (only if any is); of videos predictions.csv and,
/// with a single label, confusion.csv and confusion.svg; of boxes detections.csv and groundtruth.csv; of moments
/// results.json (the found segments in ActivityNet's form) and timelines/ (pictures of the first videos). The truth of
/// all that was scored must be known. `metrics`: what `summarise` says of it. Throws Error(io).
void write_evaluation(const std::filesystem::path& folder, const Evaluation& evaluation,
                      const std::map<std::string, double>& metrics);

}  // namespace pgt::eval
