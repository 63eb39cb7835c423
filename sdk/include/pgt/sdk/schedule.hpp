/// Schedules: which frames of a clip are seen in which steps, what is carried from step to step, when to learn.
///
/// A schedule is a pure function from a PlanRequest to a Plan, which is plain data; the host executes the plan.
/// Thread: the host calls `plan` from one thread at a time. Includes no torch header.
///
/// Source: arXiv 2103.11313, section 3; spec/pgt.md, sections 1-3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

namespace pgt::sdk {
inline namespace v1 {

/// One of the frame rates that a backbone reads.
struct Pathway {
  std::string name = "rgb";
  std::int64_t ratio = 1;  ///< frames of this pathway for one frame of the slowest
};

/// What a plan is asked for: training, or evaluation and prediction.
enum class Phase { train, evaluate };

/// Frames [begin, end) of a clip, counted from the clip's first frame in frames of one pathway.
struct FrameRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const FrameRange&) const = default;
};

/// One forward of one fragment, and what to do after it.
struct Step {
  std::vector<FrameRange> frames;     ///< per pathway: the new frames, those that no earlier step has read
  std::vector<std::int64_t> overlap;  ///< per pathway: frames that a site takes from the carry; 0 in the first step
  /// Per pathway: where its new frames lie in the clip, in frames of the fastest pathway, ascending. Empty, or empty
  /// for a pathway: evenly, as `ClipShape::stride` says.
  std::vector<std::vector<std::int64_t>> positions{};
  bool detach = true;  ///< cut the gradient at this step's left border
  /// Back-propagate, after this step, the losses gathered since the last time. A step with `detach = false` follows a
  /// step with `backward = false`: the graph it continues must still exist.
  bool backward = true;
  bool optimizer_step = false;  ///< update the parameters after this step. The last step of a clip always updates.
  double loss_weight = 1.0;     ///< 0: forward only, no loss
};

/// How a site makes the frames it hands to the next step (spec/pgt.md 2.1).
enum class Reduce { last, max, mean };

/// Which sites carry. `temporal`: those whose temporal kernel is over 1, and the head; `all`: every declared site, as
/// the reference does (differs in batch statistics only).
enum class SiteFilter { temporal, all };

/// What crosses from one step to the next (spec/pgt.md 2.1).
struct CarryRule {
  Reduce reduce = Reduce::last;
  double momentum = 0.0;  ///< weight of the previous carry in the new one, in [0, 1]
  SiteFilter sites = SiteFilter::temporal;
  bool head = true;                   ///< whether sites of kind head carry
  std::optional<Reduce> head_reduce;  ///< another reduction for sites of kind head
};

/// How the predictions of the steps become one. `mean` and `max` are over class probabilities, and give one.
/// `automatic`: the mean; of boxes, which move on from step to step, the last step's. Where boxes are scored, both
/// others mean: those of each step, and what is scored more than once becomes its mean (spec/pgt.md 4.6). `reference`:
/// as `automatic`, but the sum in the place of the mean, as published; scores of several labels then grow with the
/// number of steps.
enum class Ensemble { automatic, mean, max, last, reference };

/// How the gradients of several steps make one update: added up, or added up and divided by the loss weights' sum.
enum class GradientScale { mean, sum };

/// The frames of one video that one sample covers.
struct ClipShape {
  /// Frames of the slowest pathway, which the host compares with those of the steps. 0: not said, or all that the video
  /// has (`repeat_from`).
  std::int64_t frames = 0;
  std::vector<std::int64_t> stride{};  ///< per pathway: sampled frames from one clip frame to the next
};

/// How one batch of clips is learned or scored.
struct Plan {
  ClipShape clip;
  CarryRule carry;
  std::vector<Step> steps;
  /// Where the video's length decides: the steps from this index on repeat, moved along by the frames that they cover,
  /// until the video ends; the last frame is held to fill the last fragment.
  std::optional<std::size_t> repeat_from;
  GradientScale gradients = GradientScale::mean;
  Ensemble ensemble = Ensemble::automatic;
  std::int64_t head_bins = 1;  ///< time bins that a head scores separately (whole-clip evaluation, spec 4.2)
  double learning_rate_scale = 1.0;
};

/// All that a plan may depend on. Equal requests give equal plans.
struct PlanRequest {
  Phase phase = Phase::train;
  std::int64_t epoch = 0;
  std::int64_t iteration = 0;  ///< since the start of training
  std::uint64_t seed = 0;
  std::vector<Pathway> pathways{Pathway{}};
};

/// A constructor reports options that contradict each other by throwing std::runtime_error; most fit into `check` of
/// its options, which points at the run file.
class Schedule {
 public:
  virtual ~Schedule() = default;
  /// The steps of the clips of one batch. The host refuses a plan that contradicts itself, naming the step; an
  /// exception ends the run with its text.
  virtual Plan plan(const PlanRequest& request) const = 0;
};

/// What a schedule is constructed with, besides its options.
struct ScheduleContext {};

}  // namespace v1
}  // namespace pgt::sdk
