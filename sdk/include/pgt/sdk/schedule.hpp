/// Schedules: which frames of a clip are seen in which steps, what is carried from step to step, and when to learn.
///
/// A schedule is a pure function from a PlanRequest to a Plan, which is plain data; the host executes the plan.
/// Thread: the host calls `plan` from one thread at a time. Includes no torch header.
///
/// Source: arXiv 2103.11313, section 3; docs/method.md M1.1 to M3.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/extension.hpp>
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
  std::vector<FrameRange> frames;     ///< per pathway: the new frames, which no earlier step has read
  std::vector<std::int64_t> overlap;  ///< per pathway: frames that a site takes from the carry; 0 in the first step
  /// Per pathway: the places of its new frames in the clip, in frames of the fastest pathway, ascending. If empty, or
  /// empty for a pathway, the frames are evenly spaced, as `ClipShape::stride` says.
  std::vector<std::vector<std::int64_t>> positions{};
  bool detach = true;  ///< cut the gradient at this step's left border
  /// Back-propagate, after this step, the losses gathered since the last time. A step with `detach = false` must follow
  /// a step with `backward = false`: the graph that it continues must still exist.
  bool backward = true;
  bool optimizer_step = false;  ///< update the parameters after this step. The last step of a clip always updates.
  double loss_weight = 1.0;     ///< 0: forward only, no loss
};

/// How a site makes the frames it hands to the next step (docs/method.md M2.1).
enum class Reduce { last, max, mean };

/// Which sites carry. `temporal`: those whose temporal kernel is over 1, and the head; `all`: every declared site, as
/// in the reference (the two differ in batch statistics only).
enum class SiteFilter { temporal, all };

/// What crosses from one step to the next (docs/method.md M2.1).
struct CarryRule {
  Reduce reduce = Reduce::last;
  double momentum = 0.0;  ///< weight of the previous carry in the new one, in [0, 1]
  SiteFilter sites = SiteFilter::temporal;
  bool head = true;                   ///< whether sites of kind head carry
  std::optional<Reduce> head_reduce;  ///< a different reduction for sites of kind head
};

/// How the predictions of the steps become one. `sum` and `max` are over class probabilities. `automatic`: the sum; for
/// boxes, which change from step to step, those of the last step. If boxes are scored, `sum` and `max` both mean the
/// boxes of every step, and a box that is scored more than once gets the mean of its scores (docs/method.md M4.6).
enum class Ensemble { automatic, sum, max, last };

/// How the gradients of several steps make one update: added up, or added up and divided by the sum of the loss
/// weights.
enum class GradientScale { mean, sum };

/// The frames of one video that one sample covers.
struct ClipShape {
  /// Frames of the slowest pathway; the host compares them with those of the steps. 0: not stated, or all that the
  /// video has (`repeat_from`).
  std::int64_t frames = 0;
  std::vector<std::int64_t> stride{};  ///< per pathway: sampled frames from one clip frame to the next
};

/// How one batch of clips is learned or scored.
struct Plan {
  ClipShape clip;
  CarryRule carry;
  std::vector<Step> steps;
  /// If the video's length decides: the steps from this index on repeat, each time moved along by the frames that they
  /// cover, until the video ends; its last frame is repeated to fill the last fragment.
  std::optional<std::size_t> repeat_from;
  GradientScale gradients = GradientScale::mean;
  Ensemble ensemble = Ensemble::automatic;
  std::int64_t head_bins = 1;  ///< time bins that a head scores separately (whole-clip evaluation, docs/method.md M4.2)
  double learning_rate_scale = 1.0;
};

/// Everything that a plan may depend on. Equal requests must give equal plans.
struct PlanRequest {
  Phase phase = Phase::train;
  std::int64_t epoch = 0;
  std::int64_t iteration = 0;  ///< since the start of training
  std::uint64_t seed = 0;
  std::vector<Pathway> pathways{Pathway{}};
};

/// A constructor reports options that contradict each other by throwing std::runtime_error; it is better to do so in
/// `check` of its options, which points at the line of the run file.
class Schedule {
 public:
  virtual ~Schedule() = default;
  /// The steps for the clips of one batch. The host refuses a plan that contradicts itself and names the step; an
  /// exception ends the run with the exception's text.
  virtual Plan plan(const PlanRequest& request) const = 0;
  /// What it can do beyond this interface, by its id; null where it cannot. Asked for with `extension_of`.
  virtual const void* extension(std::string_view /*id*/) const { return nullptr; }
};

/// What a schedule is constructed with, besides its options.
struct ScheduleContext {};

}  // namespace v1
}  // namespace pgt::sdk
