/// What all schedules share that walk through a clip in steps and carry a state (docs/method.md M1.1, M2.1): the keys
/// of the run file, and the plan that they describe. A schedule changes of that plan what is its own.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/schedule.hpp>

namespace pgt::schedulers {

/// Per pathway: sampled frames from one frame of the clip to the next, `stride` of the fastest.
std::vector<std::int64_t> strides(std::int64_t stride, const std::vector<sdk::Pathway>& pathways);

/// Frames of a clip of that many steps.
std::int64_t clip_frames(std::int64_t steps, std::int64_t step_length, std::int64_t overlap);

/// All of so many frames in one step, which updates.
sdk::Plan single_step(std::int64_t frames, std::int64_t stride, const std::vector<sdk::Pathway>& pathways);

/// The shape of the steps. Frames are those of the slowest pathway; the others have `ratio` times as many.
struct Shape {
  std::int64_t steps = 5;  ///< 0: until the video ends
  std::int64_t step_length = 8;
  std::int64_t overlap = 1;
  std::int64_t stride = 1;

  /// `all`: whether steps may be "all".
  void describe(sdk::Options& o, bool all);
  void check(sdk::Problems& problems) const;
  /// Step `index`: its frames and overlap.
  sdk::Step step(std::int64_t index, const std::vector<sdk::Pathway>& pathways) const;
};

struct Progression : Shape {
  sdk::Reduce reduce = sdk::Reduce::last;
  double momentum = 0;
  sdk::SiteFilter sites = sdk::SiteFilter::temporal;
  bool head = true;
  sdk::GradientScale step_loss = sdk::GradientScale::mean;
  sdk::Ensemble ensemble = sdk::Ensemble::automatic;

  void describe(sdk::Options& o, bool all = true);
  /// Everything but the steps.
  sdk::Plan frame(const std::vector<sdk::Pathway>& pathways) const;
  /// Steps that are each back-propagated, and one update.
  sdk::Plan plan(const std::vector<sdk::Pathway>& pathways) const;
};

}  // namespace pgt::schedulers
