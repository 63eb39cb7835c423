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
#include "eval/metrics.hpp"
#include "train/observer.hpp"
#include "train/precise_statistics.hpp"

namespace pgt::eval {

/// What scores.
struct Scorer {
  sdk::Backbone& backbone;  ///< on `device`
  const sdk::Schedule& schedule;
  const config::DataOptions& data;
  const config::EvalOptions& options;
  config::Loss loss;  ///< decides the activation: cross entropy softmax, binary cross entropy sigmoid
  c10::Device device;
  const train::StepStatistics& statistics;  ///< of each step; empty: the backbone's running ones
};

struct Result {
  std::vector<Scored> scored;           ///< in the order of the videos
  std::vector<train::BadFile> missing;  ///< videos that could not be scored, with the reason
};

/// What a plan's ensemble means for a task; never `automatic`.
sdk::Ensemble resolve_ensemble(sdk::Ensemble ensemble, sdk::Task task);

/// Scores every video. Of a video's clips the probabilities are averaged (single label) or their maximum is taken
/// (several labels), as the reference does (spec/pgt.md 4.3). `classes` of the results are left empty: the caller knows
/// the truth. `progress` is told before each step how many clips of how many are scored; false ends the evaluation
/// early. Throws Error(config) if there are statistics of other steps than the schedule's evaluation has.
Result score_videos(const Scorer& scorer, const std::vector<sdk::Sample>& videos, const std::string& phase,
                    const std::function<bool(std::int64_t done, std::int64_t all)>& progress);

/// Scores a split and compares with its labels.
Result evaluate(const Scorer& scorer, const sdk::Dataset& dataset, sdk::Split split, const std::string& phase,
                const std::function<bool(std::int64_t done, std::int64_t all)>& progress);

}  // namespace pgt::eval
