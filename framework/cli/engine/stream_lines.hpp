/// What is said about a live stream: a line of JSON for each fragment, as soon as it is scored.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "eval/step_ensemble.hpp"
#include "walk/live_clip.hpp"

namespace pgt::cli {

/// Where in the stream a fragment is; all from 1.
struct StreamPlace {
  std::int64_t part = 1;    ///< of the stream (see LiveStream)
  std::int64_t window = 0;  ///< of the part, where the schedule's clip has an end; 0: it has none
  std::int64_t step = 1;    ///< of the part, or of the window
};

/// Rows of the scores are crops of the same pictures; they are combined as those of a file are.
class StreamLines {
 public:
  /// `one_label`: of the classes, one holds at a time. `ensemble`: resolved. Keeps a reference.
  StreamLines(const std::vector<std::string>& classes, bool one_label, sdk::Ensemble ensemble, config::Loss loss)
      : classes_(classes), one_label_(one_label), ensemble_(ensemble), loss_(loss) {}

  /// A walk begins.
  void begin() { steps_.clear(); }
  /// Of a network that scores moments: scores (crops, moments, classes).
  std::string moments(const StreamPlace& place, const walk::LiveClip::Stretch& stretch, const at::Tensor& scores) const;
  /// Of one that scores clips: the step, and all steps of the walk so far.
  std::string clip(const StreamPlace& place, const walk::LiveClip::Stretch& stretch, const at::Tensor& scores);

 private:
  const std::vector<std::string>& classes_;
  bool one_label_;
  sdk::Ensemble ensemble_;
  config::Loss loss_;
  std::vector<eval::StepEnsemble> steps_;  ///< of each crop
};

}  // namespace pgt::cli
