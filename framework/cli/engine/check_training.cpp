#include "cli/engine/check_training.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/number.hpp"
#include "base/random.hpp"
#include "nn/parameters.hpp"
#include "nn/tensor_memory.hpp"
#include "run/memory.hpp"
#include "run/progress_text.hpp"
#include "run/terminal_bar.hpp"
#include "train/clip_trainer.hpp"
#include "walk/hidden_state.hpp"
#include "walk/steps.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t rows_of_a_trial = 2;  // the fewest with which batch normalisation and mixing can be tried

/// Changes nothing: a check leaves the weights as they are.
class NoUpdate final : public train::UpdateRule {
 public:
  void update(double) override {}
  void save(train::Checkpoint&) const override {}
  void load(const train::Checkpoint&) override {}
};

std::string memory_text(const session::Session& session, const FirstSteps& read, const session::Trial& trial) {
  // Gradients are there by now; the optimizer's state comes with the first update.
  const config::TrainOptions& options = session.config.train;
  const auto rule = train::make_update_rule(train::parameter_groups(*session.backbone, options), options);
  const std::int64_t average = options.average > 0 ? 4 * nn::trained_values(*session.backbone) : 0;
  const std::int64_t state = rule->state_bytes() + average;
  if (!session.device.is_cpu()) {
    return bytes_text(nn::peak_device_bytes(session.device) + state) + " on " + session.device.str() + " and " +
           bytes_text(run::peak_resident_bytes()) + " on the host";
  }
  const std::int64_t rows = std::ssize(read.portions.front().rows);
  const std::int64_t further = session::further_bytes(trial, rows, read.batch->walk.plan().steps);
  return bytes_text(run::peak_resident_bytes() + state + further);
}

/// Bytes of tensors and of what is kept for the next ones: in effect the most that there has been.
std::int64_t held_by_tensors() {
  const nn::TensorMemory memory = nn::tensor_memory();
  return memory.used + memory.kept;
}

/// Seconds from one call to the next.
class StopWatch {
 public:
  double lap() {
    const Clock::time_point before = std::exchange(at_, Clock::now());
    return std::chrono::duration<double>(at_ - before).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point at_ = Clock::now();
};

}  // namespace

std::vector<walk::Portion> trial_portions(const session::Session& session, const FirstSteps& read) {
  std::vector<walk::Portion> portions = read.portions;
  if (!session.device.is_cpu() || session.backbone->info().output == sdk::Output::boxes) return portions;
  for (walk::Portion& portion : portions) {
    const std::size_t rows = std::min(portion.rows.size(), rows_of_a_trial);
    portion.rows.resize(rows);
    portion.targets.rows.resize(rows);
    portion.fragment = walk::rows_of(portion.fragment, 0, static_cast<std::int64_t>(rows));
  }
  return portions;
}

void check_interleaving(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
                        const run::Display& display) {
  if (read.portions.front().rows.size() < 2) return;
  walk::TwoVideos videos;
  for (const walk::Portion& portion : read.portions) {
    for (std::size_t video = 0; video < videos.size(); ++video) {
      videos[video].push_back(walk::rows_of(portion.fragment, static_cast<std::int64_t>(video), 1));
    }
  }
  {
    run::TerminalBar bar("two videos interleaved", "trials", 1, display);
    bar.show(0);
    walk::check_no_hidden_state(*session.backbone, session.backbone_plugin, plan, videos);
  }
  std::printf("state  two videos interleaved give the scores of one after the other\n");
}

session::Trial check_training(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read,
                              const run::Display& display) {
  const train::Parts parts = session.parts();
  parts.backbone.train(true);
  const std::vector<walk::Portion> portions = trial_portions(session, read);
  session::Trial trial{.rows = std::ssize(portions.front().rows), .steps = plan.plan().steps};
  nn::release_unused_tensor_memory();
  const std::int64_t tensors_before = held_by_tensors();

  walk::GivenFragments supply(portions);
  walk::Steps steps(plan, 0, parts.backbone.info().sites, supply);
  train::Learner learner(nn::parameters(parts.backbone), std::make_unique<NoUpdate>());
  train::Progress progress;
  progress.clip.videos.assign(read.batch->requests.size(), 0);
  const train::Lesson lesson = parts.lesson();
  const train::Mix mix = parts.mix(*read.batch, 0, 0);
  train::ClipTrainer trainer(lesson, learner, plan.plan(), steps, mix, 0, progress, {});
  std::int64_t carried = 0;  // at most: a clip's last step leaves nothing
  {
    run::TerminalBar bar("forward and backward", "steps", std::ssize(portions), display);
    bar.show(0);
    StopWatch watch;
    double after_first = 0;
    while (trainer.step()) {
      const double seconds = watch.lap();
      if (progress.clip.step == 1) trial.step_seconds = seconds;
      if (progress.clip.step > 1) after_first += seconds;
      carried = std::max(carried, steps.carry().bytes());
      bar.show(progress.clip.step);
    }
    if (portions.size() > 1) {
      trial.step_seconds = (after_first + watch.lap()) / static_cast<double>(portions.size() - 1);
    }
  }
  trial.tensors = held_by_tensors() - tensors_before;
  trial.gradients = session.device.is_cpu() ? 4 * nn::trained_values(parts.backbone) : 0;
  const std::int64_t rows = std::ssize(read.portions.front().rows);
  std::printf("step   forward and backward of %zu steps; the carry holds %s\n", portions.size(),
              bytes_text(carried * rows / trial.rows).c_str());
  return trial;
}

void print_forecast(const session::Session& session, const FirstSteps& read, const session::Trial& trial,
                    double steps) {
  const std::int64_t rows = std::ssize(read.portions.front().rows);
  std::printf("memory about %s in training, whatever the videos' length", memory_text(session, read, trial).c_str());
  if (trial.rows < rows) {
    std::printf(" (a forecast from %lld of a batch's %lld videos)", static_cast<long long>(trial.rows),
                static_cast<long long>(rows));
  }
  const double clips =
      static_cast<double>(session.dataset->size(sdk::Split::train)) * static_cast<double>(session.config.data.lanes);
  const double computing = session::computing_seconds(trial, clips, steps);
  const double reading = read.seconds / static_cast<double>(rows * std::ssize(read.portions)) * clips * steps;
  // A CPU does both; beside a GPU the slower of the two decides.
  const double seconds = session.device.is_cpu() ? computing + reading : std::max(computing, reading);
  std::printf("\ntime   roughly %s an epoch, without validation (%.0f clips of %.0f steps)\n",
              run::short_duration(seconds).c_str(), clips, steps);
}

}  // namespace pgt::cli
