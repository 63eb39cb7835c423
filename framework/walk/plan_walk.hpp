/// A plan, walked step by step: also the steps that repeat until the video ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <pgt/sdk/schedule.hpp>

namespace pgt::walk {

/// "mean", "max", "last", "reference" or "auto".
const char* name_of(sdk::Ensemble ensemble);

class PlanWalk {
 public:
  /// Throws Error(plugin) when the plan contradicts itself: what is wrong, in which step.
  PlanWalk(sdk::Plan plan, std::vector<sdk::Pathway> pathways);

  const sdk::Plan& plan() const { return *plan_; }
  bool whole_video() const { return plan().repeat_from.has_value(); }

  /// Grid frames of a clip: what the fastest pathway covers. 0 where the video's length decides.
  std::int64_t frames() const;
  /// Sampled frames from one grid frame to the next.
  std::int64_t grid_stride() const;

  /// Step `index`, or nothing after the last. `frames` is the number of grid frames of the batch's longest clip.
  std::optional<sdk::Step> step(std::int64_t index, std::int64_t frames) const;
  /// How many steps have a frame of a clip of that many grid frames.
  std::int64_t steps(std::int64_t frames) const;
  /// The place of step `index` in the plan's list.
  std::int64_t place(std::int64_t index) const;
  /// The grid frames that any pathway reads in step `index`, ascending; empty after the last.
  std::vector<std::int64_t> positions(std::int64_t index, std::int64_t frames) const;
  /// Per pathway: the places of its frames among `positions`.
  std::vector<std::vector<std::int64_t>> places(std::int64_t index, std::int64_t frames) const;
  /// The grid frames that the step's prediction covers: its new frames and those it overlaps.
  std::vector<std::int64_t> window(const sdk::Step& step) const;
  /// The new frames of a step, of the fastest pathway: grid frames.
  sdk::FrameRange new_frames(const sdk::Step& step) const { return step.frames[fastest()]; }
  /// The grid frame in the middle of the last step's window. Not of whole videos, whose length decides.
  std::int64_t anchor() const;

 private:
  /// The grid frames that the pathway reads in the step.
  std::vector<std::int64_t> on_grid(const sdk::Step& step, std::size_t pathway) const;
  std::size_t fastest() const;

  std::shared_ptr<const sdk::Plan> plan_;  ///< shared by copies of the walk: a plan of many steps is large
  std::vector<sdk::Pathway> pathways_;
};

}  // namespace pgt::walk
