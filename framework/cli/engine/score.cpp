#include "cli/engine/score.hpp"

#include <memory>
#include <utility>

#include "base/error.hpp"
#include "eval/step_ensemble.hpp"
#include "run/terminal_bar.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {

eval::Evaluation evaluate_split(const session::Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress) {
  eval::Evaluation evaluation;
  sdk::PlanRequest request;
  request.phase = sdk::Phase::evaluate;
  request.pathways = session.backbone->info().pathways;
  evaluation.protocol = {name, session.config.eval.views, session.config.eval.crops,
                         eval::resolve_ensemble(session.schedule->plan(request).ensemble, session.task)};
  evaluation.task = session.task;
  evaluation.classes = session.classes;
  for (std::size_t i = 0; i < session.dataset->size(split); ++i) {
    evaluation.videos.push_back(session.dataset->sample(split, i));
  }
  eval::Result result = eval::evaluate(session.scorer(), *session.dataset, split, name, progress);
  evaluation.scored = std::move(result.scored);
  evaluation.missing = std::move(result.missing);
  evaluation.key_frames = std::move(result.key_frames);
  return evaluation;
}

ClipProgress clip_counter(const Command& command, std::string verb) {
  const run::Display display{command.quiet, command.progress, command.color};
  return [verb = std::move(verb), display, bar = std::shared_ptr<run::TerminalBar>()](std::int64_t done,
                                                                                      std::int64_t all) mutable {
    if (!bar) bar = std::make_shared<run::TerminalBar>(verb, "clips", all, display);
    bar->show(done);
    return true;
  };
}

std::filesystem::path checkpoint_of(const std::filesystem::path& run, const std::string& name) {
  const std::filesystem::path folder = run / "checkpoints";
  const std::filesystem::path file = folder / (name + ".safetensors");
  const std::filesystem::path last = folder / "last.safetensors";
  if (name == "best" && !train::checkpoint_exists(file) && train::checkpoint_exists(last)) return last;
  if (!train::checkpoint_exists(file)) {
    throw Error(ExitCode::io, "there is no " + file.string() + ": has the run been trained?");
  }
  return file;
}

}  // namespace pgt::cli
