/// Metrics of the moments of a whole evaluation.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/run_options.hpp"
#include "eval/moment_track.hpp"
#include "eval/segment_precision.hpp"

namespace pgt::eval {

/// The moments of several videos, and how they are to be judged.
struct MomentEvaluation {
  const std::vector<MomentTrack>& tracks;  ///< with their truth
  const std::vector<std::string>& classes;
  const config::EvalOptions& rules;
  /// Each moment has one class; else any number. What is called "background" is not a segment then.
  bool one_class;
  config::Loss loss = config::Loss::cross_entropy;  ///< that the network was trained with

  /// The segments that are found in a track.
  std::vector<ScoredSegment> segments(const MomentTrack& track) const;
};

/// "loss", the mean over labelled moments; of one class each "accuracy", "edit", "f1@10", "f1@25" and "f1@50", in
/// percent; of any number "mAP" and "mcAP", the mean over classes of the average precision of all labelled moments, and
/// the calibrated one; where true segments are known "segment_mAP" and, at each overlap, "segment_mAP@0.50" and so on,
/// without found segments most of whose moments are not labelled.
std::map<std::string, double> summarise(const MomentEvaluation& evaluation);

/// What is said of one class.
struct ClassFigures {
  std::int64_t moments = 0;      ///< labelled ones that have it
  std::int64_t correct = 0;      ///< of these, those that are predicted so; of one class each
  double precision = 0;          ///< average precision of all labelled moments
  double calibrated = 0;         ///< the same, calibrated
  std::vector<double> segments;  ///< average precision of segments at each overlap; empty where they are not known
};
std::vector<ClassFigures> class_figures(const MomentEvaluation& evaluation);

}  // namespace pgt::eval
