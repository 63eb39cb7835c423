// `pgt-host run.toml` and `pgt-host resume RUN`.

#include <torch/version.h>

#include <chrono>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "eval/report.hpp"
#include "nn/full_memory.hpp"
#include "nn/parameters.hpp"
#include "nn/tensor_memory.hpp"
#include "run/run.hpp"
#include "run/signals.hpp"
#include "session/describe.hpp"
#include "session/initial_weights.hpp"
#include "session/session.hpp"
#include "train/loop.hpp"

namespace pgt::cli {
namespace {

using Clock = std::chrono::steady_clock;

run::Reporting reporting_of(const Command& command, const session::Session& session) {
  const config::RunConfig& config = session.config;
  return {.epochs = config.train.epochs,
          .log_every = config.run.log_every,
          .display = {command.quiet, command.progress, command.color},
          .peak_device_bytes = [device = session.device] { return nn::peak_device_bytes(device); }};
}

void log_beginning(run::Log& log, const session::Session& session) {
  log.info(session::describe_model(session));
  log.info(session::describe_data(session));
  const sdk::DatasetInfo dataset = session.dataset->info();
  for (const std::string& warning : dataset.warnings) log.warning(warning);
  if (session.config.data.flip && !dataset.mirrored_is_the_same) {
    log.info("no clip is mirrored, whatever data.flip says: a mirrored video of this data set has another class");
  }
}

train::Parts parts_of(const session::Session& session) {
  const config::RunConfig& config = session.config;
  return {*session.backbone, *session.dataset, *session.schedule, config.train,
          config.data,       config.augment,   session.device};
}

/// Evaluations during training.
class Evaluator {
 public:
  Evaluator(session::Session& session, run::Run& run, const run::Signals& signals)
      : session_(session), run_(run), signals_(signals) {}

  /// The value of the task's metric; nothing when none is due, or when a signal ended the evaluation early.
  std::optional<double> operator()(const train::Progress& progress) {
    const std::int64_t every = session_.config.eval.every;
    const bool last = progress.epoch + 1 == session_.config.train.epochs;
    const bool due = last || (every > 0 && (progress.epoch + 1) % every == 0);
    if (!due || session_.dataset->size(sdk::Split::val) == 0) return std::nullopt;

    const Clock::time_point started = Clock::now();
    nn::release_unused_tensor_memory();  // evaluation has shapes of its own
    gather(progress);
    if (signals_.stop()) return std::nullopt;
    const eval::Evaluation evaluation = evaluate_split(session_, sdk::Split::val, "val", [&](auto done, auto all) {
      run_.show_progress("val", done, all);
      return !signals_.stop();
    });
    nn::release_unused_tensor_memory();
    if (signals_.stop()) return std::nullopt;

    for (const run::BadFile& file : evaluation.missing) run_.observer().bad_file(file);
    if (evaluation.scored.empty()) throw Error(ExitCode::data, "none of the validation videos can be read");
    run::EvaluationReport report;
    report.epoch = progress.epoch;
    report.total = progress.total;
    report.split = "val";
    report.used = static_cast<std::int64_t>(evaluation.scored.size());
    report.videos = static_cast<std::int64_t>(evaluation.videos.size());
    report.metrics = eval::summarise(evaluation);
    const double metric = report.metrics.at(eval::main_metric(session_.task));
    report.best = metric > progress.best;
    report.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    const std::filesystem::path folder = run_.folder() / "eval";
    eval::write_evaluation(folder / "val_last", evaluation);
    if (report.best) eval::write_evaluation(folder / "val_best", evaluation);
    run_.observer().evaluation(report);
    return metric;
  }

  /// What a checkpoint made now also holds: the precise statistics, where they are of the same weights.
  std::map<std::string, at::Tensor> tensors(const train::Progress& progress) const {
    const bool same_weights = progress.total == gathered_at_ && progress.clip.step == 0;
    return same_weights ? train::to_tensors(session_.statistics) : std::map<std::string, at::Tensor>{};
  }

 private:
  void gather(const train::Progress& progress) {
    const config::RunConfig& config = session_.config;
    if (config.train.precise_statistics == 0) return;
    session_.statistics = train::gather_statistics(parts_of(session_), config.train.precise_statistics, progress.epoch,
                                                   [this] { return signals_.stop(); });
    gathered_at_ = progress.total;
  }

  session::Session& session_;
  run::Run& run_;
  const run::Signals& signals_;
  std::int64_t gathered_at_ = -1;  ///< iterations that were finished then
};

/// Where a run is resumed.
struct From {
  train::Checkpoint checkpoint;
  bool clip_again = false;  ///< what it holds of the clip under way is of other videos or another schedule
};

/// Trains from a checkpoint, or from the start, to the end or a signal.
int train(session::Session& session, run::Run& run, const std::optional<From>& from) {
  const run::Signals signals;
  Evaluator evaluate(session, run, signals);
  Clock::time_point saved = Clock::now();
  const train::Surroundings surroundings{.observer = run.observer(),
                                         .keep =
                                             [&](const std::string& name, train::Checkpoint kept) {
                                               kept.tensors.merge(evaluate.tensors(kept.progress));
                                               train::save_checkpoint(run.checkpoint_path(name), kept);
                                               saved = Clock::now();
                                             },
                                         .checkpoint_due =
                                             [&] {
                                               return std::chrono::duration<double>(Clock::now() - saved).count() >=
                                                      session.config.run.checkpoint_seconds;
                                             },
                                         .stop = [&] { return signals.stop(); },
                                         .evaluate = std::ref(evaluate),
                                         .metrics_bytes = [&] { return run.metrics_bytes(); }};
  train::Loop loop(parts_of(session), surroundings, session::describe_network(session));
  if (from) loop.restore(from->checkpoint);
  if (from && from->clip_again) loop.start_clip_again();

  if (loop.run()) {
    run.finish({.state = run::State::finished});
    return static_cast<int>(ExitCode::ok);
  }
  run.finish({run::State::interrupted, static_cast<int>(ExitCode::interrupted), "by a signal; the state is saved"});
  run.log().info("interrupted; the state is saved. Go on with: " + run.resume_command());
  return static_cast<int>(ExitCode::interrupted);
}

/// The same, and whatever ends it stands in the run folder: the exit code.
int train_recorded(session::Session& session, run::Run& run, const std::optional<From>& from) {
  const auto fail = [&](ExitCode code, const char* text) {
    run.log().error(text);  // first: the disk that is full may take no more
    run.finish({run::State::failed, static_cast<int>(code), text});
    return static_cast<int>(code);
  };
  try {
    log_beginning(run.log(), session);
    return nn::naming_full_memory([&] { return train(session, run, from); });
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::device, out_of_memory);
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}

/// The run's last checkpoint, if it had come so far: read, and its weights tried. Changes nothing in the run's folder.
std::optional<From> last_checkpoint(session::Session& session, run::Run& run) {
  const std::filesystem::path file = run.checkpoint_path("last");
  if (!train::checkpoint_exists(file)) {
    session::load_initial_weights(session);
    return std::nullopt;
  }
  std::string warning;
  From from{train::load_checkpoint(file, &warning)};
  if (!warning.empty()) run.log().warning(warning);
  session::check_classes(session, from.checkpoint.metadata, file);
  nn::load_state(*session.backbone, nn::tensors_under(from.checkpoint.tensors, "model/"));
  return from;
}

/// A user who looks for the run's configuration may well take the wrong file.
void warn_of_edited_run_file(run::Run& run) {
  if (!run::run_file_was_edited(run.folder())) return;
  run.log().warning((run.folder() / "run.toml").string() +
                    " was edited and is not read: config.resolved.toml beside it counts; to change a value: " +
                    run.resume_command() + " --set SECTION.KEY=VALUE");
}

/// Says what is not as it was when the run began or the checkpoint was made, and decides whether the clips that were
/// under way start again.
void compare_with_before(session::Session& session, run::Run& run, bool same_videos, std::optional<From>& from) {
  if (!same_videos) {
    run.log().warning("the videos are not those that the run began with (data.json, splits/): it ends differently");
  }
  if (!from) {
    run.log().info("stopped before its first checkpoint: starting anew");
    return;
  }
  const std::string changed = session::changed_since(session, from->checkpoint.metadata);
  from->clip_again = from->checkpoint.progress.clip.step > 0 && (!changed.empty() || !same_videos);
  if (!changed.empty()) run.log().warning("not as it was before: " + changed);
  if (from->clip_again) run.log().info("the clips that were under way start again");
}

/// Whether all epochs are done and nothing is left to note, so that the run stays as it is. A process that was killed
/// after the last epoch has not noted that.
bool stays_as_it_is(const Command& command, const run::Run& run, const std::optional<From>& from, std::int64_t epochs) {
  const bool trained = from && from->checkpoint.progress.epoch >= epochs;
  return trained && (run.state() == run::State::finished || !command.overrides.empty());
}

}  // namespace

int run_train(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  session::Session session = session::open_session(config, registry);
  session::check_trainable(session);
  const std::string weights = session::load_initial_weights(session);
  const std::string name = config.run.name.empty() ? config.file.stem().string() : config.run.name;
  run::Run run =
      run::Run::create(config.run.root, name, session::describe_run(session, registry, name),
                       session::describe_host(command.plugin_folders, session), reporting_of(command, session));
  if (!weights.empty()) run.log().info(weights);
  return train_recorded(session, run, std::nullopt);
}

int run_resume(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  session::Session session = session::open_session(config, registry);
  run::Run run = run::Run::resume(command.arguments.at(0), session::describe_host(command.plugin_folders, session),
                                  reporting_of(command, session));
  const run::Description description = session::describe_run(session, registry, config.run.name);
  const bool same_videos = description.data_json == read_file(run.folder() / "data.json");
  std::optional<From> from = last_checkpoint(session, run);
  warn_of_edited_run_file(run);
  if (stays_as_it_is(command, run, from, config.train.epochs)) {
    if (command.quiet) return static_cast<int>(ExitCode::ok);
    std::fprintf(stderr, "finished already; to train longer: %s --set train.epochs=%lld\n",
                 run.resume_command().c_str(), static_cast<long long>(2 * config.train.epochs));
    return static_cast<int>(ExitCode::ok);
  }

  run.begin();
  train::remove_unfinished_checkpoints(run.folder() / "checkpoints");
  compare_with_before(session, run, same_videos, from);
  if (!command.overrides.empty()) {  // whoever resumes from here, or evaluates, needs them too
    write_file_atomically(run.folder() / "config.resolved.toml", description.resolved_toml);
  }
  const train::Progress progress = from ? from->checkpoint.progress : train::Progress{};
  run.restore(progress.metrics_bytes, progress.epoch);
  return train_recorded(session, run, from);
}

}  // namespace pgt::cli
