// `pgt-host run.toml` and `pgt-host resume RUN`.

#include <torch/version.h>

#include <chrono>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/verbs.hpp"
#include "nn/tensor_memory.hpp"
#include "run/run.hpp"
#include "run/signals.hpp"
#include "session/describe.hpp"
#include "session/initial_weights.hpp"
#include "session/session.hpp"
#include "session/validation.hpp"
#include "train/checkpoint.hpp"
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
  for (const std::string& warning : session.dataset->info().warnings) log.warning(warning);
  if (!session.mirroring.empty()) log.warning(session.mirroring);
}

/// Where a run's checkpoints go, and when it is interrupted: by a signal, and by the clock.
class Supervision final : public train::Control, public train::Keeper, public train::StatePart {
 public:
  Supervision(run::Run& run, double checkpoint_seconds) : run_(run), every_(checkpoint_seconds) {}

  bool stop() override { return signals_.stop(); }
  bool checkpoint_due() override { return std::chrono::duration<double>(Clock::now() - kept_).count() >= every_; }
  void keep(const std::string& name, const train::Checkpoint& checkpoint) override {
    train::save_checkpoint(run_.checkpoint_path(name), checkpoint);
    kept_ = Clock::now();
  }
  /// How far the records had been written.
  void save(train::Checkpoint& checkpoint) const override { checkpoint.progress.metrics_bytes = run_.metrics_bytes(); }
  void load(const train::Checkpoint&) override {}  // the records are cut before training begins

 private:
  run::Run& run_;
  const run::Signals signals_;
  double every_;
  Clock::time_point kept_ = Clock::now();
};

/// Where a run is resumed.
struct From {
  train::Checkpoint checkpoint;
  bool clip_again = false;  ///< what it holds of the clip under way is of other videos or another schedule
};

/// Trains from a checkpoint, or from the start, to the end or a signal.
int train(session::Session& session, run::Run& run, const std::optional<From>& from) {
  Supervision supervision(run, session.config.run.checkpoint_seconds);
  session::Validation validation(session, run, supervision);
  train::Loop loop(session.parts(), {run.observer(), supervision, supervision, validation, {&supervision, &validation}},
                   session::describe_network(session));
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
std::optional<From> last_checkpoint(session::Session& session, run::Run& run, bool same_videos) {
  const std::filesystem::path file = run.checkpoint_path("last");
  if (!train::checkpoint_exists(file)) {
    run.log().info("stopped before its first checkpoint: starting anew");
    session::load_initial_weights(session);
    run.restore(0, 0);
    return std::nullopt;
  }
  std::string warning;
  From from{train::load_checkpoint(file, &warning)};
  if (!warning.empty()) run.log().warning(warning);
  session::check_classes(session, from.checkpoint.metadata, file);
  const std::string changed = session::changed_since(session, from.checkpoint.metadata);
  const train::Progress& progress = from.checkpoint.progress;
  from.clip_again = progress.clip.step > 0 && (!changed.empty() || !same_videos);
  if (!changed.empty()) run.log().warning("not as it was before: " + changed);
  if (from.clip_again) run.log().info("the clips that were under way start again");
  run.restore(progress.metrics_bytes, progress.epoch);
  return from;
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
