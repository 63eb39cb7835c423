// `pgt-host predict RUN VIDEO...`: what the network sees in videos that need no labels; CSV on stdout or to --output.

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/session.hpp"
#include "eval/report.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

/// A file, or the files of a folder and of its folders, sorted by name; hidden ones are left out.
void add_videos(const std::filesystem::path& path, std::vector<sdk::Sample>& videos) {
  namespace fs = std::filesystem;
  if (!fs::exists(path)) throw Error(ExitCode::data, path.string() + ": no such file or folder");
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file() && !entry.path().filename().string().starts_with(".")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  for (const fs::path& file : files) {
    sdk::Sample sample;
    sample.id = file.string();
    sample.path = file;
    videos.push_back(std::move(sample));
  }
}

}  // namespace

int run_predict(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  if (command.arguments.size() < 2) throw Error(ExitCode::usage, "predict needs a run folder and at least one video");
  const std::filesystem::path file = checkpoint_of(command.arguments[0], command.checkpoint);
  eval::Evaluation evaluation;
  for (std::size_t i = 1; i < command.arguments.size(); ++i) add_videos(command.arguments[i], evaluation.videos);

  Session session = open_session(config, registry, train::load_checkpoint(file).metadata);
  load_weights(session, file);
  eval::Result result =
      eval::score_videos(session.scorer(), evaluation.videos, "predict", clip_counter(command, "scored"));
  evaluation.task = session.task;
  evaluation.classes = session.classes;
  evaluation.scored = std::move(result.scored);
  evaluation.missing = std::move(result.missing);

  if (command.output.empty()) {
    std::fputs(eval::predictions_csv(evaluation).c_str(), stdout);
  } else {
    write_file_atomically(command.output, eval::predictions_csv(evaluation));
  }
  for (const train::BadFile& bad : evaluation.missing) {
    std::fprintf(stderr, "could not be read: %s: %s\n", bad.path.c_str(), bad.reason.c_str());
  }
  return static_cast<int>(evaluation.scored.empty() ? ExitCode::data : ExitCode::ok);
}

}  // namespace pgt::cli
