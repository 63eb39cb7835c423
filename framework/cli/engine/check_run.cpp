// `pgt-host check RUN`: reads every checkpoint of a run, as resume, eval and predict would.

#include <cstdio>
#include <string>

#include "base/error.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "cli/engine/verbs.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

void print(const std::string& name, const std::string& text) { std::printf("%-28s%s\n", name.c_str(), text.c_str()); }

/// "after 2 epochs, 5 iterations", for example.
std::string place_of(const train::Progress& progress) {
  std::string text = "after " + counted(progress.epoch, "epoch");
  if (progress.iteration > 0) text += ", " + counted(progress.iteration, "iteration");
  if (progress.clip.step > 0) text += ", " + counted(progress.clip.step, "step");
  return text;
}

bool check_file(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  try {
    const train::Checkpoint checkpoint = train::read_checkpoint(file);
    std::int64_t bytes = 0;
    for (const auto& [tensor, values] : checkpoint.tensors) bytes += static_cast<std::int64_t>(values.nbytes());
    print(name, (checkpoint.checked ? "whole" : "readable, without a checksum (version 0.1 wrote none)") +
                    std::string(": ") + std::to_string(checkpoint.tensors.size()) + " tensors, " + bytes_text(bytes) +
                    ", " + place_of(checkpoint.progress));
    return true;
  } catch (const Error& error) {
    print(name, std::string("damaged: ") + error.what());
    return false;
  }
}

}  // namespace

int check_run(const Command& command, const config::RunConfig&, plugin::Registry&) {
  if (command.probe || !command.overrides.empty()) {
    throw Error(ExitCode::usage, "check RUN reads checkpoints: --probe and --set are for a run file");
  }
  const std::filesystem::path folder = std::filesystem::path(command.arguments.at(0)) / "checkpoints";
  const std::vector<std::filesystem::path> files = train::checkpoints_in(folder);
  if (files.empty()) throw Error(ExitCode::io, "there is no checkpoint in " + folder.string());
  bool whole = true;
  for (const std::filesystem::path& file : files) whole = check_file(file) && whole;
  return static_cast<int>(whole ? ExitCode::ok : ExitCode::plugin);
}

}  // namespace pgt::cli
