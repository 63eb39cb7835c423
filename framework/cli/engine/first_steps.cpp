#include "cli/engine/first_steps.hpp"

#include <torch/torch.h>

#include <utility>

#include "base/error.hpp"
#include "base/stop_watch.hpp"
#include "run/terminal_bar.hpp"
#include "walk/steps.hpp"

namespace pgt::cli {
namespace {

constexpr std::int64_t probed_steps = 3;  // the first, and continuing ones: memory does not grow after them

/// Takes steps from the batch while its rows stay the same. Returns videos that broke, each with the reason.
std::vector<std::pair<std::string, std::string>> take_steps(const session::Session& session, FirstSteps& read,
                                                            run::TerminalBar& bar) {
  const train::Parts parts = session.parts();
  const sdk::BackboneInfo info = session.backbone->info();
  walk::DecodedClips supply(*read.batch, parts.data, parts.device, {&parts.dataset, sdk::Split::train, info.output});
  walk::Steps steps(*read.batch, info.sites, supply);
  std::vector<std::pair<std::string, std::string>> broken;
  for (std::int64_t i = 0; i < probed_steps; ++i) {
    bar.show(i);
    std::optional<walk::Step> step = steps.next();
    for (const video::FailedRow& failed : steps.take_failed()) {
      const sdk::Sample& sample = read.batch->clip_of(failed.row).sample;
      broken.emplace_back(sample.id, sample.path.string() + ": " + failed.reason);
    }
    if (!step || (i > 0 && step->rows != read.portions.front().rows)) break;
    read.plan.steps.push_back(step->plan);
    read.portions.push_back({std::move(step->rows), std::move(step->fragment), std::move(step->targets)});
  }
  return broken;
}

}  // namespace

FirstSteps read_steps(const session::Session& session, video::IndexCache& indexes, BadVideos& bad,
                      const run::Display& display) {
  const StopWatch watch;
  const train::Parts parts = session.parts();
  const walk::Planner planner = parts.planner();
  walk::EpochBatches batches(
      parts.training_data(), "check", [&](std::int64_t i) { return planner.training(0, i); }, {}, indexes);
  FirstSteps read;
  std::vector<std::pair<std::string, std::string>> broken;
  {
    run::TerminalBar bar("reading the first batch", "steps", probed_steps, display);
    bar.show(0);
    read.batch = batches.next();
    read.plan = read.batch->walk.plan();
    read.plan.steps.clear();
    broken = take_steps(session, read, bar);
  }
  batches.loader()->stop.request_stop();  // it has read ahead, and what follows is timed
  read.seconds = watch.seconds();
  for (const auto& [clip, file] : read.batch->unreadable) bad.add(file.id, file.path + ": " + file.reason);
  for (const auto& [id, text] : broken) bad.add(id, text);
  if (read.portions.empty()) {
    throw Error(ExitCode::data, "none of the first " + std::to_string(read.batch->clips.size()) +
                                    " training videos can be used; the reasons are named above");
  }
  read.plan.repeat_from.reset();
  read.plan.clip.frames = 0;
  return read;
}

}  // namespace pgt::cli
