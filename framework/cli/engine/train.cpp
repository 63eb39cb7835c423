// `pgt-host run.toml` and `pgt-host resume RUN`.

#include <torch/version.h>

#include <chrono>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/describe.hpp"
#include "cli/engine/initial_weights.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/session.hpp"
#include "eval/report.hpp"
#include "nn/tensor_memory.hpp"
#include "run/run.hpp"
#include "run/signals.hpp"
#include "train/loop.hpp"

namespace pgt::cli {
namespace {

using Clock = std::chrono::steady_clock;

run::Reporting reporting_of(const Command& command, const Session& session) {
  const config::RunConfig& config = session.config;
  return {.epochs = config.train.epochs,
          .log_every = config.run.log_every,
          .display = {command.quiet, command.progress, command.color},
          .peak_device_bytes = [device = session.device] { return nn::peak_device_bytes(device); }};
}

void log_beginning(run::Log& log, const Session& session) {
  log.info(describe_model(session));
  log.info(describe_data(session));
  for (const std::string& warning : session.dataset->info().warnings) log.warning(warning);
  if (!session.mirroring.empty()) log.warning(session.mirroring);
}

train::Parts parts_of(const Session& session) {
  const config::RunConfig& config = session.config;
  return {*session.backbone, *session.dataset, *session.schedule, config.train,
          config.data,       config.augment,   session.device};
}

/// Evaluations during training.
class Evaluator {
 public:
  Evaluator(Session& session, run::Run& run, const run::Signals& signals)
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

    for (const train::BadFile& file : evaluation.missing) run_.observer().bad_file(file);
    if (evaluation.scored.empty()) throw Error(ExitCode::data, "none of the validation videos can be read");
    train::EvaluationReport report;
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

  Session& session_;
  run::Run& run_;
  const run::Signals& signals_;
  std::int64_t gathered_at_ = -1;  ///< iterations that were finished then
};

/// Where a run goes on.
struct From {
  train::Checkpoint checkpoint;
  bool clip_again = false;  ///< what it holds of the clip under way is of other videos or another schedule
};

/// Trains from a checkpoint, or from the start, to the end or a signal.
int train(Session& session, run::Run& run, const std::optional<From>& from) {
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
  train::Loop loop(parts_of(session), surroundings, describe_network(session));
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
int train_recorded(Session& session, run::Run& run, const std::optional<From>& from) {
  const auto fail = [&](ExitCode code, const char* text) {
    run.finish({run::State::failed, static_cast<int>(code), text});
    run.log().error(text);
    return static_cast<int>(code);
  };
  try {
    log_beginning(run.log(), session);
    return train(session, run, from);
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::device, out_of_memory);
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}

/// The run's last checkpoint, if it had come so far; the records are cut to what they were then.
std::optional<From> last_checkpoint(Session& session, run::Run& run, bool same_videos) {
  const std::filesystem::path file = run.checkpoint_path("last");
  if (!train::checkpoint_exists(file)) {
    run.log().info("stopped before its first checkpoint: starting anew");
    load_initial_weights(session);
    run.restore(0, 0);
    return std::nullopt;
  }
  std::string warning;
  From from{train::load_checkpoint(file, &warning)};
  if (!warning.empty()) run.log().warning(warning);
  check_classes(session, from.checkpoint.metadata, file);
  const std::string changed = changed_since(session, from.checkpoint.metadata);
  const train::Progress& progress = from.checkpoint.progress;
  from.clip_again = progress.clip.step > 0 && (!changed.empty() || !same_videos);
  if (!changed.empty()) run.log().warning("not as it was before: " + changed);
  if (from.clip_again) run.log().info("the clips that were under way start again");
  run.restore(progress.metrics_bytes, progress.epoch);
  return from;
}

}  // namespace

int run_train(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  Session session = open_session(config, registry);
  check_trainable(session);
  const std::string weights = load_initial_weights(session);
  const std::string name = config.run.name.empty() ? config.file.stem().string() : config.run.name;
  run::Run run = run::Run::create(config.run.root, name, describe_run(session, registry, name),
                                  describe_host(command, session), reporting_of(command, session));
  if (!weights.empty()) run.log().info(weights);
  return train_recorded(session, run, std::nullopt);
}

int run_resume(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  Session session = open_session(config, registry);
  run::Run run =
      run::Run::resume(command.arguments.at(0), describe_host(command, session), reporting_of(command, session));
  const run::Description description = describe_run(session, registry, config.run.name);
  const bool same_videos = description.data_json == read_file(run.folder() / "data.json");
  if (!same_videos) {
    run.log().warning("the videos are not those that the run began with (data.json, splits/): it ends differently");
  }
  if (!command.overrides.empty()) {  // whoever goes on from here, or evaluates, needs them too
    write_file_atomically(run.folder() / "config.resolved.toml", description.resolved_toml);
  }
  const std::optional<From> from = last_checkpoint(session, run, same_videos);
  if (from && from->checkpoint.progress.epoch >= config.train.epochs) {
    run.log().info("finished already; to train longer: " + run.resume_command() +
                   " --set train.epochs=" + std::to_string(2 * config.train.epochs));
  }
  return train_recorded(session, run, from);
}

}  // namespace pgt::cli
