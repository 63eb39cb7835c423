#include "cli/engine/score.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "eval/step_ensemble.hpp"
#include "run/terminal_bar.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {

session::ClipProgress clip_counter(const Command& command, std::string verb) {
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
    throw Error(ExitCode::usage, "there is no " + file.string() + ": has the run been trained?");
  }
  return file;
}

bool load_weights(session::Session& session, const std::filesystem::path& checkpoint, const Command& command) {
  if (const std::string warning = session.precision().warning(); !warning.empty()) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  }
  const session::Weights which = command.weights == "average" ? session::Weights::average
                                 : command.weights == "raw"   ? session::Weights::raw
                                                              : session::Weights::automatic;
  return session::load_weights(session, checkpoint, which);
}

}  // namespace pgt::cli
