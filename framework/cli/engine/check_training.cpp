#include "cli/engine/check_training.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/number.hpp"
#include "base/stop_watch.hpp"
#include "nn/parameters.hpp"
#include "run/progress_text.hpp"
#include "run/terminal_bar.hpp"
#include "session/memory.hpp"
#include "train/clip_trainer.hpp"
#include "train/micro_batch.hpp"
#include "walk/hidden_state.hpp"
#include "walk/planner.hpp"
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
  const std::int64_t rows = std::ssize(portions.front().rows), at_a_time = train::micro_batch(parts.options, {});
  session::Trial trial;
  trial.shape = {rows, at_a_time == 0 ? rows : std::min(at_a_time, rows), plan.plan().steps,
                 walk::size_of(plan, parts.data)};
  for (const at::Tensor& frames : portions.front().fragment.frames) {
    trial.frames += static_cast<std::int64_t>(frames.nbytes());
  }
  const session::TrialMemory taken(session);

  walk::GivenFragments supply(portions);
  walk::Steps steps(plan, 0, parts.backbone.info().sites, supply);
  train::Learner learner(nn::parameters(parts.backbone), std::make_unique<NoUpdate>());
  train::Progress progress;
  progress.clip.videos.assign(read.batch->requests.size(), 0);
  const train::Lesson lesson = parts.lesson();
  const train::Mix mix = parts.mix(*read.batch, 0, 0);
  train::ClipTrainer trainer(lesson, learner, plan.plan(), steps, mix, 0, progress, {});
  {
    run::TerminalBar bar("forward and backward", "steps", std::ssize(portions), display);
    bar.show(0);
    StopWatch watch;
    double after_first = 0;
    while (trainer.step()) {
      const double seconds = watch.lap();
      if (progress.clip.step == 1) trial.step_seconds = seconds;
      if (progress.clip.step > 1) after_first += seconds;
      trial.carry = std::max(trial.carry, steps.carry().bytes());  // the last step leaves nothing
      bar.show(progress.clip.step);
    }
    if (portions.size() > 1) {
      trial.step_seconds = (after_first + watch.lap()) / static_cast<double>(portions.size() - 1);
    }
  }
  const sdk::Step& first = plan.plan().steps.front();
  const bool more_steps = portions.size() > 1 && first.backward && !first.optimizer_step;
  taken.tell(trial, more_steps || trial.shape.at_a_time < rows);
  std::printf("step   forward and backward of %zu steps; the carry holds %s\n", portions.size(),
              bytes_text(trial.carry * std::ssize(read.portions.front().rows) / rows).c_str());
  return trial;
}

void print_time(const session::Session& session, const FirstSteps& read, const session::Trial& trial, double steps) {
  const std::int64_t rows = std::ssize(read.portions.front().rows);
  const auto clips = static_cast<double>(walk::units_of(*session.dataset, session.config.data));
  const double computing = session::computing_seconds(trial, clips, steps);
  const double reading = read.seconds / static_cast<double>(rows * std::ssize(read.portions)) * clips * steps;
  // A CPU does both; beside a GPU the slower of the two decides.
  const double seconds = session.device.is_cpu() ? computing + reading : std::max(computing, reading);
  std::printf("time   roughly %s an epoch, without validation (%.0f clips of %.0f steps)\n",
              run::short_duration(seconds).c_str(), clips, steps);
}

}  // namespace pgt::cli
