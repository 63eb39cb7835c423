/// Scores videos with a trained backbone: views × crops, step by step as the schedule says, never replacing a video.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "dist/group.hpp"
#include "eval/clip_scores.hpp"
#include "eval/detection.hpp"
#include "eval/metrics.hpp"
#include "eval/moment_track.hpp"
#include "nn/precision.hpp"
#include "run/events.hpp"
#include "train/precise_statistics.hpp"
#include "walk/clip_choice.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::eval {

/// Throws Error(config) where samples have a key frame, around which there is one clip, but several views are asked
/// for.
void check_views(const config::EvalOptions& options, const sdk::Sample& sample);

/// What scores.
struct Scorer {
  sdk::Backbone& backbone;        ///< on `device`
  const std::string& model_name;  ///< for messages
  walk::PlanWalk plan;            ///< of evaluation
  const config::DataOptions& data;
  const config::EvalOptions& options;
  config::Loss loss;  ///< decides the activation: cross entropy softmax, binary cross entropy sigmoid
  c10::Device device;
  const train::StepStatistics& statistics;  ///< of each step; empty: the backbone's running ones
  nn::Precision precision{};
  dist::Group& ranks = dist::alone();  ///< that share the scoring
};

struct Result {
  std::vector<Scored> scored;                 ///< in the order of the videos
  std::vector<run::BadFile> missing;          ///< videos that could not be scored, with the reason
  std::vector<std::size_t> missing_videos{};  ///< … and which these are
  KeyFrames key_frames;                       ///< Task::boxes: what was found in the scored ones, and what there is
  std::vector<MomentTrack> tracks{};          ///< where the backbone scores moments: of each of the scored ones
};

/// Walks every video, or this rank's, as scoring does and gives `taken` what the backbone gives: `scored` says of which
/// videos that is all, without scores. The rest as `score_videos`.
Result walk_videos(const Scorer& scorer, const std::vector<sdk::Sample>& videos, const std::string& phase,
                   const std::function<bool(std::int64_t done, std::int64_t all)>& progress, ClipScores& taken,
                   const walk::Maker& maker = {});

/// Scores every video as a whole, or its moments. `classes` of the results are left empty: the caller knows the truth.
/// `progress` is told before each step how many clips of how many are scored; false ends the evaluation early. Throws
/// Error(config) if there are statistics of other steps than the schedule's evaluation has, or several views of a clip
/// around a key frame. `maker`: of the pictures, where they are not decoded.
Result score_videos(const Scorer& scorer, const std::vector<sdk::Sample>& videos, const std::string& phase,
                    const std::function<bool(std::int64_t done, std::int64_t all)>& progress,
                    const walk::Maker& maker = {});

/// Scores a split, its boxes where its task is boxes, and compares with its labels. All ranks call it, and have the
/// same result, that of all videos.
Result evaluate(const Scorer& scorer, const sdk::Dataset& dataset, sdk::Split split, const std::string& phase,
                const std::function<bool(std::int64_t done, std::int64_t all)>& progress);

}  // namespace pgt::eval
