// Multigrid (arXiv 1912.00998): clips of fewer frames and smaller pictures in larger batches first. A long cycle goes
// through shapes while the learning rate stays the same, a short cycle through sizes from iteration to iteration, each
// with the batch that keeps the number of pixels.

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include <pgt/sdk/plugin.hpp>

#include "schedulers/common/progression.hpp"

namespace {

namespace sdk = pgt::sdk;

struct GridOptions {
  std::int64_t frames = 8;
  std::int64_t stride = 1;
  std::vector<double> milestones{};
  double base_epochs = 0;
  double epoch_factor = 1.5;
  double gamma = 0.1;
  double warmup_epochs = 0;
  std::vector<double> long_frames{0.25, 0.5, 0.5, 1};
  std::vector<double> long_sizes{std::sqrt(0.5), std::sqrt(0.5), 1, 1};
  std::vector<double> short_sizes{0.5, std::sqrt(0.5)};

  void describe(sdk::Options& o) {
    o("frames", frames).range(1, 100000).unit("frames").help("frames per clip at the end and in evaluation");
    o("stride", stride).range(1, 10000).unit("frames").help("their stride, in sampled frames of the fastest pathway");
    o("base_epochs", base_epochs)
        .range(0, 1000000)
        .unit("epochs")
        .help("of the training with one shape that this one replaces; 0: train.epochs / epoch_factor");
    o("milestones", milestones)
        .range(0, 1000000)
        .unit("epochs")
        .help("where that training's learning rate falls: a long cycle before each; empty: one, for nine tenths of it");
    o("epoch_factor", epoch_factor).range(0.01, 100).help("how many times as many epochs this training has");
    o("gamma", gamma).range(0, 1).help("factor on the learning rate after each long cycle, beside train.policy");
    o("warmup_epochs", warmup_epochs)
        .range(0, 1000000)
        .unit("epochs")
        .help("train.warmup_epochs, in which the learning rate is scaled as it will be after them");
    o("long_frames", long_frames)
        .range(0.001, 1)
        .help("factors on frames in a long cycle, the last one 1; the stride grows by whole numbers instead");
    o("long_sizes", long_sizes).range(0.1, 1).help("factors on data.size in a long cycle, the last one 1");
    o("short_sizes", short_sizes)
        .range(0.1, 1)
        .help("factors on data.size from iteration to iteration, before the long cycle's own; empty: no short cycle");
  }
  void check(sdk::Problems& problems) const {
    if (long_sizes.size() != long_frames.size()) {
      problems.push_back(
          {"long_sizes", "must have as many values as long_frames (" + std::to_string(long_frames.size()) + ")"});
    }
    if (long_frames.empty()) problems.push_back({"long_frames", "must have at least one value"});
    if (!long_frames.empty() && long_frames.back() != 1) problems.push_back({"long_frames", "must end with 1"});
    if (!long_sizes.empty() && long_sizes.back() != 1) problems.push_back({"long_sizes", "must end with 1"});
    if (milestones.empty()) return;
    if (milestones.front() == 0 || std::ranges::adjacent_find(milestones, std::greater_equal()) != milestones.end()) {
      problems.push_back({"milestones", "must ascend from above 0"});
    }
    if (base_epochs == 0) {
      problems.push_back({"milestones", "need base_epochs, in which they lie"});
    } else if (milestones.back() > base_epochs) {
      problems.push_back({"milestones", "must lie within base_epochs"});
    }
  }
};

/// Frames and side of a clip, and how many times as many clips a batch has.
struct Shape {
  std::int64_t frames, size, batch;
};

/// A stretch of training with one shape.
struct Phase {
  Shape shape;
  std::int64_t cycle;  ///< long cycles before it
  double epochs;       ///< relative to the others, then: where it ends
};

class Multigrid final : public sdk::Schedule {
 public:
  using Options = GridOptions;
  Multigrid(const Options& options, const sdk::ScheduleContext&) : options_(options) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    Shape shape{options_.frames, request.size, 1};
    double scale = 1;
    if (request.phase == sdk::Phase::train) {
      const std::vector<Phase> phases = this->phases(request);
      shape = phase_at(phases, static_cast<double>(request.epoch)).shape;
      scale = rate_at(phases, std::max(static_cast<double>(request.epoch), options_.warmup_epochs));
      const std::size_t turn = static_cast<std::size_t>(request.iteration) % (options_.short_sizes.size() + 1);
      if (turn < options_.short_sizes.size()) shorten(shape, options_.short_sizes[turn], request.size);
    }
    return plan_of(shape, scale, request);
  }

 private:
  /// How many clips of this shape have as many pixels as one of the base shape.
  std::int64_t clips(std::int64_t frames, double side, std::int64_t size) const {
    const double pixels = static_cast<double>(options_.frames * size * size);
    return std::max<std::int64_t>(1, std::llround(pixels / (static_cast<double>(frames) * side * side)));
  }

  static void shorten(Shape& shape, double factor, std::int64_t base) {
    const double side = factor * static_cast<double>(base);
    const double ratio = static_cast<double>(shape.size) / side;
    if (ratio <= 1) return;  // it is as small already
    shape = {shape.frames, std::max<std::int64_t>(1, std::llround(side)), shape.batch * std::llround(ratio * ratio)};
  }

  /// The phases of a long cycle. A phase has as many iterations as any other, and so epochs in proportion to its
  /// batches, those of the short cycle included.
  std::vector<Phase> cycle(std::int64_t number, std::int64_t size) const {
    std::vector<Phase> phases;
    for (std::size_t i = 0; i < options_.long_frames.size(); ++i) {
      const double frames = options_.long_frames[i] * static_cast<double>(options_.frames);
      Shape shape{std::max<std::int64_t>(1, std::llround(frames)),
                  std::max<std::int64_t>(1, std::llround(options_.long_sizes[i] * static_cast<double>(size))), 1};
      shape.batch = clips(shape.frames, static_cast<double>(shape.size), size);
      double batches = static_cast<double>(shape.batch);
      for (const double factor : options_.short_sizes) {
        batches += static_cast<double>(clips(shape.frames, factor * static_cast<double>(size), size));
      }
      phases.push_back({shape, number, batches / static_cast<double>(options_.short_sizes.size() + 1)});
    }
    return phases;
  }

  /// All phases, with the epochs at which they end: the long cycles, then the last shape alone, for as large a part of
  /// the iterations as the base training has after its last milestone.
  std::vector<Phase> phases(const sdk::PlanRequest& request) const {
    const double epochs = static_cast<double>(request.epochs);
    const double base = options_.base_epochs > 0 ? options_.base_epochs : epochs / options_.epoch_factor;
    const double all = base * options_.epoch_factor;
    if (options_.base_epochs > 0 && std::abs(all - epochs) > 1) {
      throw std::runtime_error("these base_epochs and epoch_factor need train.epochs = " +
                               std::to_string(std::lrint(all)));
    }
    std::vector<Phase> phases;
    const std::vector<double> milestones =
        options_.milestones.empty() ? std::vector<double>{0.9 * base} : options_.milestones;
    double before = 0, batches = 0, iterations = 0, sum = 0, end = 0;
    for (const Phase& phase : cycle(0, request.size)) batches += phase.epochs;
    for (std::size_t i = 0; i < milestones.size(); ++i) {
      for (Phase phase : cycle(static_cast<std::int64_t>(i), request.size)) {
        iterations += (milestones[i] - before) / batches;
        phase.epochs *= (milestones[i] - before) / batches;
        sum += phase.epochs;
        phases.push_back(phase);
      }
      before = milestones[i];
    }
    Phase last = cycle(static_cast<std::int64_t>(milestones.size()), request.size).back();
    last.epochs *= (base - before) / before * iterations;
    sum += last.epochs;
    phases.push_back(last);
    for (Phase& phase : phases) phase.epochs = std::nearbyint(end += phase.epochs * all / sum);
    phases.back().epochs = epochs;
    return phases;
  }

  static const Phase& phase_at(const std::vector<Phase>& phases, double epoch) {
    const auto found = std::ranges::find_if(phases, [&](const Phase& phase) { return epoch < phase.epochs; });
    return found == phases.end() ? phases.back() : *found;
  }

  /// The linear rule for the long cycle's batch, and a fall after each cycle; the last one in the middle of what
  /// follows the last cycle.
  double rate_at(const std::vector<Phase>& phases, double epoch) const {
    const Phase* phase = &phase_at(phases, epoch);
    if (phase == &phases.back() && epoch < std::floor((phase[-1].epochs + phase->epochs) / 2)) --phase;
    return std::pow(options_.gamma, static_cast<double>(phase->cycle)) * static_cast<double>(phase->shape.batch);
  }

  sdk::Plan plan_of(const Shape& shape, double scale, const sdk::PlanRequest& request) const {
    const std::int64_t stride = options_.stride * (options_.frames / shape.frames);
    sdk::Plan plan = pgt::schedulers::single_step(shape.frames, stride, request.pathways);
    if (shape.size != request.size) plan.clip.size = shape.size;
    if (shape.batch != 1) plan.clip.batch = shape.batch * request.batch;
    plan.learning_rate_scale = scale;
    return plan;
  }

  Options options_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.multigrid";
  plugin.version = "0.1.0";
  plugin.add_schedule<Multigrid>("multigrid", "clips that change frames, size and batch: long and short cycles");
}
