// `pgt-host predict RUN VIDEO...`: what the network sees in videos that need no labels; a table, CSV or JSON on stdout
// or to --output. Live streams are in predict_stream.cpp.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/milliseconds.hpp"
#include "base/npy.hpp"
#include "cli/engine/overlay.hpp"
#include "cli/engine/predict_stream.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "cli/engine/video_arguments.hpp"
#include "eval/predictions.hpp"
#include "eval/segment_predictions.hpp"
#include "run/signals.hpp"
#include "run/terminal_bar.hpp"
#include "session/session.hpp"
#include "train/checkpoint.hpp"

namespace pgt::cli {
namespace {

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

std::string segments_as_text(const eval::Evaluation& evaluation, Format format) {
  if (format == Format::table) return eval::segments_table(evaluation);
  return format == Format::json ? eval::segments_as_json(evaluation) : eval::segments_csv(evaluation);
}

std::string as_text(const eval::Evaluation& evaluation, Format format, const Command& command) {
  if (evaluation.scores_moments) return segments_as_text(evaluation, format);
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
  for (sdk::Sample& video : evaluation.videos) video.start = video.end = std::numeric_limits<double>::quiet_NaN();
  for (const eval::Scored& scored : evaluation.scored) {
    evaluation.videos[scored.index].start = rounded_to_milliseconds(scored.first_second);
    evaluation.videos[scored.index].end = rounded_to_milliseconds(scored.last_second);
  }
}

/// hour.npy and hour.times.npy.
std::filesystem::path times_beside(std::filesystem::path scores) { return scores.replace_extension(".times.npy"); }

void check_scores(const Command& command, const std::vector<sdk::Sample>& videos) {
  if (command.scores.empty()) return;
  if (videos.size() != 1) {
    throw Error(ExitCode::usage, "--scores " + command.scores.string() + " takes the moments of one video, but " +
                                     std::to_string(videos.size()) + " are named");
  }
  for (const std::filesystem::path& file : {command.scores, times_beside(command.scores)}) {
    check_output(file);
    check_output_is_not(file, videos.front().path);
  }
}

/// Throws where two results would be one file, of which the later is left. Pipes and devices may take several.
void check_outputs_differ(const Command& command) {
  std::map<std::filesystem::path, std::string> option_of;
  const auto add = [&](const std::string& option, const std::filesystem::path& file) {
    std::error_code unknown;
    const bool is_new_file = !std::filesystem::exists(file, unknown);
    if (file.empty() || !(is_new_file || std::filesystem::is_regular_file(file, unknown))) return;
    const std::filesystem::path absolute = std::filesystem::absolute(file).lexically_normal();
    const std::filesystem::path place = std::filesystem::weakly_canonical(absolute, unknown);
    const auto [taken, is_new] = option_of.emplace(unknown ? absolute : place, option);
    if (!is_new) throw Error(ExitCode::usage, option + " and " + taken->second + " both name " + file.string());
  };
  add("--output", command.output);
  add("--scores", command.scores);
  if (!command.scores.empty()) add("--scores (its times)", times_beside(command.scores));
  add("--overlay", command.overlay);
  add("--trace", command.trace);
}

void write_scores(const std::filesystem::path& file, const eval::MomentTrack& track) {
  std::vector<double> seconds(track.size());
  for (std::size_t i = 0; i < seconds.size(); ++i) seconds[i] = track.middle(i);
  write_output(file, npy(track.probabilities, {track.size(), track.classes}));
  write_output(times_beside(file), npy(seconds, {seconds.size()}));
}

/// Whether the predictions go to a pipe, which may have no reader.
bool writes_to_pipe(const Command& command) {
  struct stat status {};
  const int failed = command.output.empty() ? ::fstat(STDOUT_FILENO, &status) : ::stat(command.output.c_str(), &status);
  return failed == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

int run_predict(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  if (command.arguments.size() < 2) throw Error(ExitCode::usage, "predict needs a run folder and at least one video");
  if (const auto address = video::live_address(command.arguments[1])) {
    return predict_stream(command, config, registry, *address);
  }
  if (command.realtime) throw Error(ExitCode::usage, "--realtime is for live streams only");
  const Format format = format_of(command);
  check_outputs_differ(command);
  if (!command.output.empty()) check_output(command.output);
  const std::filesystem::path file = checkpoint_of(command.arguments[0], command.checkpoint);
  VideoArguments named = video_arguments(command);
  check_scores(command, named.videos);
  check_overlay(command, named.videos);
  if (!command.output.empty()) {
    check_output_is_not(command.output, file);
    for (const sdk::Sample& video : named.videos) check_output_is_not(command.output, video.path);
  }

  session::Session session =
      session::open_session(config, registry, session::vocabulary_of(train::load_for_use(file).metadata, file));
  if (session.task == sdk::Task::boxes) {
    throw Error(ExitCode::config,
                "this network scores boxes, and a video alone has none: give the dataset the boxes of a detector and "
                "score them with pgt-host eval");
  }
  eval::Evaluation evaluation = session::evaluation_of(session, std::move(named.videos));
  const char* const of_moments = !command.scores.empty() ? "--scores" : !command.overlay.empty() ? "--overlay" : "";
  if (*of_moments != '\0' && !evaluation.scores_moments) {
    throw Error(ExitCode::usage, std::string(of_moments) + ": this network scores whole videos, not their moments");
  }
  load_weights(session, file, command);
  std::optional<run::Signals> signals(std::in_place,
                                      "\nstopping, then writing what is scored; once more to stop at once\n");
  session::take(evaluation,
                eval::score_videos(session.scorer(), evaluation.videos, "predict",
                                   [&, count = clip_counter(command, "scored")](std::int64_t done, std::int64_t all) {
                                     return count(done, all) && !signals->stop();
                                   }));
  const bool stopped = signals->stop();
  say_missing(evaluation.missing);
  const std::vector<std::string> not_finite = eval::set_aside_not_finite(evaluation);
  if (!evaluation.scores_moments) say_what_was_seen(evaluation);
  if (!command.scores.empty() && !evaluation.tracks.empty()) write_scores(command.scores, evaluation.tracks.front());

  if (writes_to_pipe(command)) signals.reset();  // what could wait for ever ends by a signal
  const std::string text = as_text(evaluation, format, command);
  if (command.output.empty()) {
    print_output(text);
  } else {
    write_output(command.output, text);
  }
  // Last: what it fails of, the predictions outlive.
  if (!signals) signals.emplace("\nstopping; once more to stop at once\n");
  const auto stop = [&] { return stopped || signals->stop(); };
  write_overlay(command, evaluation, config.data, stop);
  if (stopped && evaluation.scored.size() + evaluation.missing.size() < evaluation.videos.size()) {
    std::fprintf(stderr, "stopped: %zu of %zu videos were scored\n", evaluation.scored.size(),
                 evaluation.videos.size());
  }
  eval::refuse_not_finite(not_finite);
  if (stop()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(named.all_hold_videos && evaluation.missing.empty() ? ExitCode::ok : ExitCode::data);
}

}  // namespace pgt::cli
