// `pgt-host predict RUN VIDEO...`: what the network sees in videos that need no labels; CSV on stdout or to --output.

#include <algorithm>
#include <cstdio>
#include <pgt/sdk/video_files.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "eval/report.hpp"
#include "session/session.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

/// A file, or the videos of a folder and of its folders, sorted by name. What is said to lie in an archive is looked
/// for when it is read.
void add_videos(const std::filesystem::path& path, std::vector<sdk::Sample>& videos) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  if (const sdk::Found found = sdk::look_for(path); found == sdk::Found::nothing) {
    throw Error(ExitCode::data, path.string() + ": no such file or folder");
  } else if (found == sdk::Found::video) {
    files.push_back(path);
  } else {
    std::vector<fs::path> others;
    try {
      sdk::each_video(
          path, [&](const fs::path& video) { files.push_back(video); },
          [&](const fs::path& other) { others.push_back(other); });
    } catch (const std::runtime_error& error) {
      throw Error(ExitCode::data, std::string(error.what()) + "; check its permissions");
    }
    std::sort(files.begin(), files.end());
    if (!others.empty()) {
      std::fprintf(stderr, "%s: %zu files are not named as videos and are left out, such as %s\n", path.c_str(),
                   others.size(), std::min_element(others.begin(), others.end())->c_str());
    }
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
  check_place(command.output);
  const std::filesystem::path file = checkpoint_of(command.arguments[0], command.checkpoint);
  eval::Evaluation evaluation;
  for (std::size_t i = 1; i < command.arguments.size(); ++i) add_videos(command.arguments[i], evaluation.videos);

  session::Session session =
      session::open_session(config, registry, session::vocabulary_of(train::load_checkpoint(file).metadata, file));
  if (session.task == sdk::Task::boxes) {
    throw Error(ExitCode::config,
                "this network scores boxes, and a video alone has none: give the data set the boxes of a detector and "
                "score them with pgt-host eval");
  }
  session::load_weights(session, file);
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
  for (const run::BadFile& bad : evaluation.missing) {
    std::fprintf(stderr, "could not be read: %s: %s\n", bad.path.c_str(), bad.reason.c_str());
  }
  return static_cast<int>(evaluation.scored.empty() ? ExitCode::data : ExitCode::ok);
}

}  // namespace pgt::cli
