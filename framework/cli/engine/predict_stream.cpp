#include "cli/engine/predict_stream.hpp"

#include <torch/torch.h>

#include <cstdio>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number.hpp"
#include "base/stop_watch.hpp"
#include "base/text.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/stream_lines.hpp"
#include "run/signals.hpp"
#include "session/session.hpp"
#include "train/checkpoint.hpp"
#include "train/precise_statistics.hpp"
#include "video/evaluation_transform.hpp"
#include "video/video.hpp"
#include "walk/live_clip.hpp"
#include "walk/steps.hpp"

namespace pgt::cli {
namespace {

/// Throws where the command asks for what there is only of videos that have an end.
void check_command(const Command& command) {
  const auto reject = [](const std::string& what) {
    throw Error(ExitCode::usage, what + " is not for streams: lines of JSON go to standard output");
  };
  if (command.arguments.size() > 2) throw Error(ExitCode::usage, "a stream is predicted alone: name nothing else");
  if (!command.output.empty()) reject("--output");
  if (!command.scores.empty()) reject("--scores");
  if (!command.overlay.empty()) reject("--overlay");
  if (!command.format.empty() && command.format != "json") reject("--format " + command.format);
}

/// The squares of a picture that [eval] asks for, or all of it.
std::vector<video::Transform> cuts(int width, int height, int size, const config::EvalOptions& eval) {
  std::vector<video::Transform> all;
  for (std::int64_t i = 0; i < eval.crops_of_view(); ++i) {
    all.push_back(video::evaluation_transform(width, height, size, i, eval.crops));
  }
  return all;
}

/// Scores a stream until it is over, or somebody wants it to be.
class StreamWatch {
 public:
  StreamWatch(const session::Session& session, const Command& command, const video::LiveAddress& address)
      : command_(command),
        address_(address),
        scorer_(session.scorer()),
        statistics_(scorer_.backbone, scorer_.statistics),
        moments_(scorer_.backbone.info().output == sdk::Output::moments),
        lines_(session.classes, session.task != sdk::Task::multi_label,
               eval::resolve_ensemble(scorer_.plan.plan().ensemble, session.task), scorer_.loss),
        stream_(address, options(command), picture_cuts(), [this](const std::string& text) { say(text); }) {}

  /// Throws VideoError where the stream is over for a reason.
  void run() {
    const at::NoGradGuard no_gradient;
    scorer_.backbone.train(false);
    const auto stop = [this] { return signals_.stop(); };
    while (const auto part = stream_.next_part(walk::LiveClip::room(scorer_.plan), stop)) {
      ++place_.part;
      place_.window = 0;
      while (!stop() && walk(*part)) {
      }
    }
  }

  void say_summary() const {
    const video::LiveStream::Counts counts = stream_.counts();
    std::string text = counted(counts.frames, "frame") + " in " + fixed(watch_.seconds(), 1) + " s, " +
                       counted(fragments_, "fragment") + " in " + counted(counts.parts, "part") + "; " +
                       counted(counts.dropped, "frame") + " dropped, " + counted(counts.damaged, "picture") +
                       " damaged";
    if (scoring_ > 0) {
      text += "; the network takes " + fixed(1000 * scoring_ / static_cast<double>(fragments_), 1) +
              " ms for a fragment, " + fixed(scored_seconds_ / scoring_, 1) + " times the pace of the stream";
    }
    say(text);
  }

 private:
  video::LiveOptions options(const Command& command) const {
    video::LiveOptions options;
    options.realtime = command.realtime;
    options.fps = scorer_.data.fps;
    options.stride = scorer_.plan.grid_stride();
    options.limits.max_pixels = scorer_.data.max_pixels;
    return options;
  }

  video::LiveStream::Cuts picture_cuts() const {
    const int size = static_cast<int>(walk::size_of(scorer_.plan, scorer_.data));
    return [size, &eval = scorer_.options](int width, int height) { return cuts(width, height, size, eval); };
  }

  void say(const std::string& text) const {
    std::fprintf(stderr, "%s: %s\n", printable_name(address_.shown()).c_str(), printable_name(text).c_str());
  }

  /// One walk of the plan; false where the part has no more frames.
  bool walk(const video::LiveStream::Part& part) {
    if (!scorer_.plan.whole_video()) ++place_.window;
    place_.step = 0;
    lines_.begin();
    walk::LiveClip clip(stream_, part, scorer_.plan, scorer_.data, scorer_.device);
    walk::Steps steps(scorer_.plan, walk::LiveClip::endless, scorer_.backbone.info().sites, clip);
    while (steps.wait([this] { return signals_.stop(); })) {
      const std::optional<walk::Step> step = steps.next();
      if (!step) return !clip.at_end();
      ++place_.step;
      score(*step, steps.carry(), clip.stretch());
    }
    return false;
  }

  void score(const walk::Step& step, sdk::Carry& carry, const walk::LiveClip::Stretch& stretch) {
    const StopWatch watch;
    statistics_.put(scorer_.plan.place(step.index));
    const at::Tensor scores = nn::scores(scorer_.backbone, step.fragment, carry, scorer_.precision);
    const std::string line = moments_ ? lines_.moments(place_, stretch, scores) : lines_.clip(place_, stretch, scores);
    scoring_ += watch.seconds();
    scored_seconds_ += static_cast<double>(stretch.own) * stretch.step;
    ++fragments_;
    print_output(line);
  }

  const Command& command_;
  const video::LiveAddress& address_;
  const run::Signals signals_{"\nstopping after this fragment; once more to stop at once\n"};
  const eval::Scorer scorer_;
  train::StatisticsInUse statistics_;
  const bool moments_;
  StreamLines lines_;
  StreamPlace place_{.part = 0};
  const StopWatch watch_;
  std::int64_t fragments_ = 0;
  double scoring_ = 0;         ///< seconds that the network took …
  double scored_seconds_ = 0;  ///< … for so many of the stream
  video::LiveStream stream_;
};

}  // namespace

int predict_stream(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                   const video::LiveAddress& address) {
  check_command(command);
  const std::filesystem::path file = checkpoint_of(command.arguments[0], command.checkpoint);
  session::Session session =
      session::open_session(config, registry, session::vocabulary_of(train::load_for_use(file).metadata, file));
  if (session.task == sdk::Task::boxes) {
    throw Error(ExitCode::config, "this network scores boxes, and a stream has none");
  }
  walk::LiveClip::check(session.planner().evaluation(), config.data, config.schedule.use);
  load_weights(session, file, command);
  StreamWatch watch(session, command, address);
  try {
    watch.run();
  } catch (...) {
    watch.say_summary();
    throw;
  }
  watch.say_summary();
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
