/// What `pgt-host plan` shows of a schedule: one iteration of the training, evaluation, and how the clips change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_config.hpp"
#include "walk/planner.hpp"

namespace pgt::cli {

/// A clip's shape, as a batch of training has it.
struct ClipView {
  std::int64_t steps = 0;   ///< 0: until the video ends
  std::int64_t frames = 0;  ///< of the slowest pathway; 0: all that the video has
  std::vector<std::int64_t> stride;
  std::int64_t size = 0;
  std::int64_t batch = 0;
  bool operator==(const ClipView&) const = default;
};

/// The clips of an epoch.
struct EpochView {
  std::int64_t epoch = 0;       ///< from 0
  std::vector<ClipView> clips;  ///< the different ones of its first iterations, in their order
  double learning_rate = 0;     ///< of its first iteration
};

struct PlanView {
  std::string schedule;
  std::int64_t epoch = 0, epochs = 1;  ///< from 0
  std::int64_t iteration = 0;          ///< of the epoch, from 0
  std::int64_t total = 0;              ///< since the start of training, from 0
  std::int64_t units = 0;              ///< of an epoch; 0: not known, nor are the three that follow
  std::int64_t iterations = 0;         ///< of this epoch
  std::vector<sdk::Pathway> pathways;
  walk::PlanWalk training, evaluation;
  ClipView clip;
  double learning_rate = 0;
  std::int64_t accumulate = 1;   ///< batches that make an update
  std::int64_t gathered = 1;     ///< how many of them there are with this iteration's
  bool updates = true;           ///< after this iteration; the last of an epoch always does
  std::int64_t micro_batch = 0;  ///< train.micro_batch
  std::vector<EpochView> all_epochs;
};

/// `iteration`: of the epoch; both from 0. `dataset` is null where it cannot be opened. Throws Error(usage) where the
/// training has no such iteration, and as the schedule does.
PlanView view_plan(const config::RunConfig& config, const sdk::Schedule& schedule, const sdk::Dataset* dataset,
                   std::vector<sdk::Pathway> pathways, std::int64_t epoch, std::int64_t iteration);

/// For a terminal.
std::string plan_text(const PlanView& view);
std::string plan_json(const PlanView& view);
/// Frames along, steps down: what is carried, where gradients stop, and when the weights are updated.
std::string plan_svg(const PlanView& view);

}  // namespace pgt::cli
