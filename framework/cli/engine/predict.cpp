// `pgt-host predict RUN VIDEO...`: what the network sees in videos that need no labels; CSV on stdout or to --output.

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "eval/report.hpp"
#include "session/session.hpp"
#include "train/checkpoint.hpp"
#include "video/video.hpp"

namespace pgt::cli {
namespace {

/// A file, or the files of a folder and of its folders, sorted by name; hidden ones are left out. A folder of frames
/// alone is one video, and what is said to lie in an archive is looked for when it is read.
void add_videos(const std::filesystem::path& path, std::vector<sdk::Sample>& videos) {
  namespace fs = std::filesystem;
  const bool in_archive = path.string().find(".tar/") != std::string::npos;
  if (!fs::exists(path) && !in_archive) throw Error(ExitCode::data, path.string() + ": no such file or folder");
  std::vector<fs::path> files;
  if (fs::is_directory(path) && !video::is_frame_folder(path)) {
    try {
      for (fs::recursive_directory_iterator entry(path), end; entry != end; ++entry) {
        const bool frames = entry->is_directory() && video::is_frame_folder(entry->path());
        if (frames) entry.disable_recursion_pending();
        const bool hidden = entry->path().filename().string().starts_with(".");
        if (frames || (entry->is_regular_file() && !hidden)) files.push_back(entry->path());
      }
    } catch (const fs::filesystem_error& error) {
      throw Error(ExitCode::data,
                  error.path1().string() + " cannot be read: " + error.code().message() + "; check its permissions");
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
