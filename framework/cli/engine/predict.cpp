// `pgt-host predict RUN VIDEO...`: what the network sees in videos that need no labels; a table, CSV or JSON on stdout
// or to --output.

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <stdexcept>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/video_files.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "eval/predictions.hpp"
#include "run/terminal_bar.hpp"
#include "session/session.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

/// A file, or the videos of a folder and of its folders, sorted by name. What is said to be in an archive is looked
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

/// All that the command names. False where a folder holds nothing, which is said; an error where nothing is left.
bool add_all(const Command& command, std::vector<sdk::Sample>& videos) {
  std::string empty;
  for (std::size_t i = 1; i < command.arguments.size(); ++i) {
    const std::size_t before = videos.size();
    add_videos(command.arguments[i], videos);
    if (videos.size() == before) empty += (empty.empty() ? "" : ", ") + printable_name(command.arguments[i]);
  }
  if (empty.empty()) return true;
  const std::string text = "there are no videos in " + empty;
  if (videos.empty()) throw Error(ExitCode::data, text);
  std::fprintf(stderr, "%s\n", text.c_str());
  return false;
}

enum class Format { table, csv, json };

Format format_of(const Command& command) {
  if (command.format == "table") return Format::table;
  if (command.format == "csv") return Format::csv;
  if (command.format == "json") return Format::json;
  if (command.output.empty()) return ::isatty(STDOUT_FILENO) != 0 ? Format::table : Format::csv;
  const std::string suffix = command.output.extension().string();
  if (suffix == ".json") return Format::json;
  if (suffix == ".txt") return Format::table;
  std::error_code unknown;
  const auto type = std::filesystem::status(command.output, unknown).type();
  const bool special = type != std::filesystem::file_type::not_found && type != std::filesystem::file_type::regular;
  if (suffix == ".csv" || suffix.empty() || special) return Format::csv;
  throw Error(ExitCode::usage, "-o " + command.output.string() +
                                   ": predictions are written as .csv, .json or .txt (a " + "table), and not as " +
                                   suffix + "; or say which with --format");
}

/// In a file, nothing of a table needs to be shortened.
int columns_for(const Command& command) {
  const bool terminal = command.output.empty() && ::isatty(STDOUT_FILENO) != 0;
  return terminal ? run::terminal_columns(STDOUT_FILENO) : std::numeric_limits<int>::max();
}

std::string as_text(const eval::Evaluation& evaluation, Format format, const Command& command) {
  switch (format) {
    case Format::json:
      return eval::predictions_json(evaluation);
    case Format::table:
      return eval::predictions_table(evaluation, columns_for(command));
    case Format::csv:
      break;
  }
  return eval::predictions_csv(evaluation);
}

/// A video is asked for as a whole; a row says the seconds from the first to the last frame that the network saw.
void say_what_was_seen(eval::Evaluation& evaluation) {
  const auto milliseconds = [](double seconds) { return std::round(1000 * seconds) / 1000; };
  for (sdk::Sample& video : evaluation.videos) video.start = video.end = std::numeric_limits<double>::quiet_NaN();
  for (const eval::Scored& scored : evaluation.scored) {
    evaluation.videos[scored.index].start = milliseconds(scored.first_second);
    evaluation.videos[scored.index].end = milliseconds(scored.last_second);
  }
}

}  // namespace

int run_predict(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  if (command.arguments.size() < 2) throw Error(ExitCode::usage, "predict needs a run folder and at least one video");
  const Format format = format_of(command);
  if (!command.output.empty()) check_output(command.output);
  const std::filesystem::path file = checkpoint_of(command.arguments[0], command.checkpoint);
  eval::Evaluation evaluation;
  const bool all_hold_videos = add_all(command, evaluation.videos);
  if (!command.output.empty()) {
    check_output_is_not(command.output, file);
    for (const sdk::Sample& video : evaluation.videos) check_output_is_not(command.output, video.path);
  }

  session::Session session =
      session::open_session(config, registry, session::vocabulary_of(train::load_for_use(file).metadata, file));
  if (session.task == sdk::Task::boxes) {
    throw Error(ExitCode::config,
                "this network scores boxes, and a video alone has none: give the data set the boxes of a detector and "
                "score them with pgt-host eval");
  }
  load_weights(session, file, command);
  eval::Result result =
      eval::score_videos(session.scorer(), evaluation.videos, "predict", clip_counter(command, "scored"));
  evaluation.task = session.task;
  evaluation.classes = session.classes;
  evaluation.scored = std::move(result.scored);
  evaluation.missing = std::move(result.missing);
  eval::check_finite(evaluation);
  say_what_was_seen(evaluation);

  const std::string text = as_text(evaluation, format, command);
  if (command.output.empty()) {
    std::fputs(text.c_str(), stdout);
  } else {
    write_output(command.output, text);
  }
  for (const run::BadFile& bad : evaluation.missing) {
    std::fprintf(stderr, "could not be read: %s: %s\n", printable_name(bad.path).c_str(),
                 printable_name(bad.reason).c_str());
  }
  return static_cast<int>(all_hold_videos && evaluation.missing.empty() ? ExitCode::ok : ExitCode::data);
}

}  // namespace pgt::cli
