#include "cli/plan_view.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "train/learning_rate.hpp"

namespace pgt::cli {
namespace {

constexpr std::int64_t looked_at = 12;  // iterations of an epoch: more than any short cycle has

ClipView clip_of(const walk::PlanWalk& walk, const config::RunConfig& config) {
  const sdk::Plan& plan = walk.plan();
  ClipView clip;
  if (!walk.whole_video()) {
    clip.steps = std::ssize(plan.steps);
    const auto slowest = std::max_element(plan.clip.stride.begin(), plan.clip.stride.end());
    clip.frames = plan.steps.back().frames[static_cast<std::size_t>(slowest - plan.clip.stride.begin())].end;
  }
  clip.stride = plan.clip.stride;
  clip.size = walk::size_of(walk, config.data);
  clip.batch = walk::batch_of(walk, config.train.batch_size);
  return clip;
}

/// What training computes for an iteration with this plan that begins when so many units of the epoch are done.
double rate_of(const walk::PlanWalk& walk, std::int64_t epoch, std::int64_t done, std::int64_t units,
               const config::TrainOptions& options) {
  train::Progress progress;
  progress.epoch = epoch;
  progress.unit = done;
  const std::int64_t updates = std::max<std::int64_t>(1, train::updates_of_epoch(units, options));
  return walk.plan().learning_rate_scale *
         train::learning_rate(options, train::epochs_done(progress, options, updates), updates);
}

/// Every epoch's first iterations. Where an epoch begins is reckoned from the batches that were looked at.
std::vector<EpochView> epochs_of(const config::RunConfig& config, const walk::Planner& planner, std::int64_t units) {
  std::vector<EpochView> epochs;
  std::int64_t first = 0;
  for (std::int64_t epoch = 0; epoch < config.train.epochs; ++epoch) {
    EpochView view{epoch, {}, 0};
    std::int64_t done = 0, seen = 0;
    for (; seen < looked_at && (units == 0 || done < units); ++seen) {
      const walk::PlanWalk walk = planner.training(epoch, first + seen);
      if (seen == 0) view.learning_rate = rate_of(walk, epoch, 0, units, config.train);
      const ClipView clip = clip_of(walk, config);
      if (std::ranges::find(view.clips, clip) == view.clips.end()) view.clips.push_back(clip);
      done += clip.batch;
    }
    first += units == 0 ? 0 : (units * seen + done - 1) / done;
    epochs.push_back(std::move(view));
  }
  return epochs;
}

}  // namespace

PlanView view_plan(const config::RunConfig& config, const sdk::Schedule& schedule, const sdk::Dataset* dataset,
                   std::vector<sdk::Pathway> pathways, std::int64_t epoch, std::int64_t iteration) {
  if (epoch >= config.train.epochs) {
    throw Error(ExitCode::usage, "--epoch " + std::to_string(epoch + 1) + ": the training has " +
                                     std::to_string(config.train.epochs) + " epochs (train.epochs)");
  }
  const sdk::PlanRequest run = walk::requests_of(pathways, dataset, config.train, config.data);
  const walk::Planner planner(config.schedule.use, schedule, run);
  std::int64_t total = 0, iterations = 0, done = 0;
  if (run.units > 0) {
    for (std::int64_t before = 0; before < epoch; ++before) total += planner.iterations(before, total);
    iterations = planner.iterations(epoch, total);
    if (iteration >= iterations) {
      throw Error(ExitCode::usage, "--iteration " + std::to_string(iteration + 1) + ": epoch " +
                                       std::to_string(epoch + 1) + " has " + std::to_string(iterations));
    }
    for (std::int64_t i = 0; i < iteration; ++i) {
      done += walk::batch_of(planner.training(epoch, total + i), config.train.batch_size);
    }
  }
  total += iteration;
  walk::PlanWalk training = planner.training(epoch, total);
  ClipView clip = clip_of(training, config);
  if (run.units > 0) clip.batch = std::min(clip.batch, run.units - done);
  const std::int64_t accumulate = config.train.accumulate, gathered = iteration % accumulate + 1;
  const double rate = rate_of(training, epoch, done, run.units, config.train);
  return {config.schedule.use,
          epoch,
          config.train.epochs,
          iteration,
          total,
          run.units,
          iterations,
          std::move(pathways),
          std::move(training),
          planner.evaluation(),
          std::move(clip),
          rate,
          accumulate,
          gathered,
          gathered == accumulate || iteration + 1 == iterations,
          config.train.micro_batch,
          epochs_of(config, planner, run.units)};
}

}  // namespace pgt::cli
