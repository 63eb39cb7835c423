/// From a plan to a forward: the one way there.
///
/// Training, evaluation, `check`, the preview, precise statistics, parity and the model tool walk over a clip with this
/// class, so what is proven of one of them holds for all.
///
///     walk::Steps steps(plan, frames, sites, supply);
///     while (auto step = steps.next()) scores = backbone.forward(step->fragment, steps.carry());
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nn/carry.hpp"
#include "walk/decoded_clips.hpp"
#include "walk/plan_walk.hpp"
#include "walk/supply.hpp"

namespace pgt::walk {

/// A step that is ready for its forward.
struct Step {
  std::int64_t index = 0;              ///< in the clip, from 0
  sdk::Step plan;                      ///< what the schedule says about it
  std::optional<sdk::Step> following;  ///< the plan's next step; none: this is the last
  std::vector<std::size_t> rows;       ///< of the batch, that are still there, ascending
  sdk::Fragment fragment;
  Targets targets;

  /// Whether the step's graph is wanted: by its own loss, or by the step after it.
  bool needs_gradient() const { return plan.loss_weight > 0 || crosses(); }
  /// Whether a gradient will come back over the border to the step after it.
  bool crosses() const { return following && (!following->detach || following->gradient_reach > 0); }
};

/// Thread: one at a time.
class Steps {
 public:
  /// `frames`: grid frames of the batch's longest clip. Keeps references to plan and supply.
  Steps(const PlanWalk& plan, std::int64_t frames, std::vector<sdk::Site> sites, Supply& supply);
  /// Of a batch; where that is resumed in the middle of its clips, call `resume` before the first step.
  Steps(const ClipBatch& batch, std::vector<sdk::Site> sites, Supply& supply)
      : Steps(batch.walk, batch.frames, std::move(sites), supply) {}

  /// Other processes have rows of the same batch, whose longest clip has so many frames: this one walks as far as they
  /// do. When its own rows have ended, or where it has none, its steps are those of the plan without rows.
  void walk_along(std::int64_t frames);

  /// The next step is `index`, of these rows, with these slots.
  void resume(std::int64_t index, std::vector<std::size_t> rows, const std::map<std::string, at::Tensor>& slots);

  /// The first step of the clip is next, once more: the same rows with the same pictures.
  void again();

  /// Waits for the next step's frames; false where `stop`, which is asked now and then, no longer wants them.
  bool wait(const std::function<bool()>& stop) { return gone_ || supply_.wait(stop); }
  /// Steps of the clip that `next` has given since its start, or since `again`.
  std::int64_t given() const { return index_; }
  /// The next step: the carry knows what begins and has only the rows that are still there. Nothing after the last.
  std::optional<Step> next();

  /// For the forward of the step that `next` gave.
  nn::SlotCarry& carry() { return carry_; }
  const nn::SlotCarry& carry() const { return carry_; }
  /// What a checkpoint keeps of the carry: the slots of the rows that are left, none where there are none.
  std::map<std::string, at::Tensor> slots() const {
    return gone_ ? std::map<std::string, at::Tensor>{} : carry_.slots();
  }
  /// Rows that have left since the last call because their video broke.
  std::vector<video::FailedRow> take_failed() { return supply_.take_failed(); }

 private:
  const PlanWalk& plan_;
  std::int64_t frames_;
  Supply& supply_;
  nn::SlotCarry carry_;
  std::int64_t index_ = 0;
  std::vector<std::size_t> rows_;  ///< of the slots
  bool along_ = false;             ///< see `walk_along`
  bool gone_ = false;              ///< no rows are left
};

}  // namespace pgt::walk
