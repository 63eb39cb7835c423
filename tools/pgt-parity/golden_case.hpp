/// One case of a golden file, in the words of this project (tests/golden/README.md, "Words that differ from ours").
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "fill.hpp"

namespace pgt::parity {

struct Case {
  std::string id;
  bool training = false;
  bool batch_statistics = false;  ///< in training; otherwise normalisation uses running statistics
  config::Loss loss = config::Loss::cross_entropy;
  nlohmann::json target;                  ///< class of each row, or target[row][step][class]
  std::optional<sdk::Ensemble> ensemble;  ///< none: there is one step
  sdk::Plan plan;
  std::int64_t classes = 0;
  ClipFill clip;
  /// Of the slow pathway, where there are two: its frames, as places in the clip. The last pathway reads all frames.
  std::optional<std::vector<std::int64_t>> slow_frames;
  std::vector<Multiplier> multipliers;
  /// Only where the case learns: the optimizer updates after the steps that the plan names.
  std::optional<config::TrainOptions> optimizer;
  std::int64_t iterations = 1;             ///< passes over the clip; each moves its phase on by 0.4
  const nlohmann::json* source = nullptr;  ///< backbone, expectations and tolerances, read where they are used
};

/// `source` must live as long as the case. Throws Error(data) that says why if the case is nothing that this program
/// can run.
Case read_case(const nlohmann::json& source);

}  // namespace pgt::parity
