#include "cli/engine/score.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/warning.hpp"
#include "eval/step_ensemble.hpp"
#include "run/terminal_bar.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

constexpr const char* extension = ".safetensors";

/// What to say where a checkpoint is missing.
std::string checkpoints_there(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (std::filesystem::is_directory(folder)) {
    for (const std::filesystem::path& file : train::checkpoints_in(folder)) {
      if (file.extension() == extension) names.push_back(file.stem().string());
    }
  }
  return names.empty() ? "has the run been trained?" : "the run has " + join(names, ", ");
}

}  // namespace

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
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(extension);
  const auto named = [&](const std::string& a_name) { return folder / (a_name + extension); };
  const std::filesystem::path file = is_file ? std::filesystem::path(name) : named(name.empty() ? "best" : name);
  if (train::checkpoint_exists(file)) return file;
  if (name.empty() && train::checkpoint_exists(named("last"))) return named("last");
  throw Error(ExitCode::usage, "there is no " + file.string() + ": " + checkpoints_there(folder));
}

bool is_checkpoint_of(const std::filesystem::path& run, const std::filesystem::path& file) {
  std::error_code unknown;
  return std::filesystem::equivalent(std::filesystem::absolute(file).parent_path(), run / "checkpoints", unknown);
}

bool load_weights(session::Session& session, const std::filesystem::path& checkpoint, const Command& command) {
  if (const std::string warning = session.precision().warning(); !warning.empty()) print_warning(warning);
  const session::Weights which = command.weights == "average" ? session::Weights::average
                                 : command.weights == "raw"   ? session::Weights::raw
                                                              : session::Weights::automatic;
  return session::load_weights(session, checkpoint, which);
}

}  // namespace pgt::cli
