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
  /// How many earlier steps the gradient of what is back-propagated after this step flows back through, although they
  /// have been back-propagated before: truncated back-propagation with a sliding window (docs/method.md M3.8). With it
  /// `detach` stays true; the graphs of that many steps are kept, and no update may come between them.
  std::int64_t gradient_reach = 0;
  bool optimizer_step = false;  ///< update the parameters after this step. The last step of a clip always updates.
  double loss_weight = 1.0;     ///< 0: forward only, no loss
};

/// How a site makes the frames it hands to the next step (docs/method.md M2.1).
enum class Reduce { last, max, mean };

/// Which sites carry. `temporal`: those whose temporal kernel is over 1, and the head; `all`: every declared site, as
/// in the reference (the two differ in what is computed over frames: docs/method.md M2.3).
enum class SiteFilter { temporal, all };

/// What crosses from one step to the next (docs/method.md M2.1).
struct CarryRule {
  Reduce reduce = Reduce::last;
  double momentum = 0.0;  ///< weight of the previous carry in the new one, in [0, 1]
  SiteFilter sites = SiteFilter::temporal;
  bool head = true;                   ///< whether sites of kind head carry
  std::optional<Reduce> head_reduce;  ///< a different reduction for sites of kind head
};

/// How the predictions of the steps become one. `mean` and `max` are over class probabilities, and give probabilities.
/// `automatic`: the mean; for boxes, which change from step to step, those of the last step. If boxes are scored,
/// `mean` and `max` both mean the boxes of every step, and a box that is scored more than once gets the mean of its
/// scores (docs/method.md M4.6). `reference`: as `automatic`, but with the sum in place of the mean, as published;
/// scores of several labels then grow with the number of steps.
enum class Ensemble { automatic, mean, max, last, reference };

/// How the gradients of several steps make one update: added up, or added up and divided by the sum of the loss
/// weights.
enum class GradientScale { mean, sum };

/// How a clip is learned. `one`: step by step, as `Step` says. `two`, for a backbone that is a FeatureBackbone: the
/// features of all steps without a graph; the head over all of them at once, its loss and the gradient of the features;
/// then each step again, back-propagated from that gradient. Exact gradients of a head that sees the whole clip, at the
/// memory of one step (docs/method.md M3.9). The steps' own `backward`, `optimizer_step` and `loss_weight` then say
/// nothing: there is one loss and one update.
enum class Passes { one, two };

/// The frames of one video that one sample covers.
struct ClipShape {
  /// Frames of the slowest pathway; the host compares them with those of the steps. 0: not stated, or all that the
  /// video has (`repeat_from`).
  std::int64_t frames = 0;
  /// Per pathway: sampled frames from one clip frame to the next. Empty: the smallest with which all pathways cover the
  /// same time, 1 for the fastest.
  std::vector<std::int64_t> stride{};
  std::int64_t size = 0;   ///< side of the square that the network sees, in pixels; 0: `data.size`
  std::int64_t batch = 0;  ///< videos in the batch; 0: `train.batch_size`
};

/// How one batch of clips is learned or scored.
struct Plan {
  ClipShape clip;
  CarryRule carry;
  std::vector<Step> steps;
  /// If the video's length decides: the steps from this index on repeat, each time moved along by the frames that they
  /// cover, until the video ends; its last frame is repeated to fill the last fragment.
  std::optional<std::size_t> repeat_from;
  Passes passes = Passes::one;
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
  std::int64_t epochs = 1;     ///< of the whole training
  std::int64_t units = 0;      ///< that an epoch visits: the training videos, each as often as `data.lanes`
  std::int64_t batch = 1;      ///< `train.batch_size`
  std::int64_t size = 224;     ///< `data.size`
  std::uint64_t seed = 0;
  std::vector<Pathway> pathways{Pathway{}};
};

/// A constructor reports options that contradict each other by throwing std::runtime_error; it is better to do so in
/// `check` of its options, which points at the line of the run file.
class Schedule {
 public:
  virtual ~Schedule() = default;
  /// The steps for the clips of one batch. The host refuses a plan that contradicts itself and names the step; an
  /// exception ends the run with the exception's text. A schedule that cannot serve a training, or its evaluation,
  /// throws at the first request for it: who plans the first iteration of a training plans them all.
  virtual Plan plan(const PlanRequest& request) const = 0;
  /// What it can do beyond this interface, by its id; null where it cannot. Asked for with `extension_of`.
  virtual const void* extension(std::string_view /*id*/) const { return nullptr; }
};

/// What a schedule is constructed with, besides its options.
struct ScheduleContext {};

}  // namespace v1
}  // namespace pgt::sdk
