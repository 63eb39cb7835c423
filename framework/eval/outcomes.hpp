/// What became of each video of an evaluation.
#pragma once

#include <string>
#include <vector>

#include "eval/report.hpp"

namespace pgt::eval {

struct Outcome {
  const sdk::Sample& video;
  const Scored* scored;      ///< null where it was not
  const MomentTrack* track;  ///< null where it was not, or moments are not scored
  std::string reason;        ///< why it was not scored
};

/// Of all videos, in their order. Refers to the evaluation.
std::vector<Outcome> outcomes_of(const Evaluation& evaluation);

}  // namespace pgt::eval
