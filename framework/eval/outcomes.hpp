/// What became of each video of an evaluation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "eval/report.hpp"

namespace pgt::eval {

struct Outcome {
  std::size_t video;                  ///< place among Evaluation::videos
  std::optional<std::size_t> scored;  ///< place among the scored ones and their tracks
  std::string reason;                 ///< why it was not scored
};

/// Of all videos, in their order.
std::vector<Outcome> outcomes_of(const Evaluation& evaluation);

}  // namespace pgt::eval
