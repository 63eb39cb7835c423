// `pgt-host run.toml` and `pgt-host resume RUN`.

#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/engine/beside.hpp"
#include "cli/engine/company.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "config/setting_error.hpp"
#include "nn/parameters.hpp"
#include "nn/safetensors.hpp"
#include "nn/tensor_memory.hpp"
#include "plugin/crash_note.hpp"
#include "run/run.hpp"
#include "run/signals.hpp"
#include "session/describe.hpp"
#include "session/initial_weights.hpp"
#include "session/memory.hpp"
#include "session/session.hpp"
#include "session/validation.hpp"
#include "train/checkpoint.hpp"
#include "train/epoch_end.hpp"
#include "train/loop.hpp"

namespace pgt::cli {
namespace {

using Clock = std::chrono::steady_clock;

run::Reporting reporting_of(const Command& command, const session::Session& session) {
  const config::RunConfig& config = session.config;
  return {.epochs = config.train.epochs,
          .log_every = config.run.log_every,
          .display = {command.quiet, command.progress, command.color},
          .several_labels = session.task == sdk::Task::multi_label || session.task == sdk::Task::boxes,
          .peak_device_bytes = [device = session.device] { return nn::peak_device_bytes(device); }};
}

void log_beginning(run::Log& log, const session::Session& session) {
  log.info(session::describe_model(session));
  for (const std::string& line : session::describe_training(session)) log.info(line);
  log.info(session::describe_data(session));
  if (const dist::Group& ranks = *session.ranks; !ranks.alone()) {
    log.info(std::to_string(ranks.size()) + " ranks share each batch of " +
             std::to_string(session.config.train.batch_size) +
             " videos (train.batch_size); the learning rate is that of the whole batch; " +
             (ranks.size() == 2
                  ? "the other rank's log is rank-1.log"
                  : "the other ranks' logs are rank-1.log to rank-" + std::to_string(ranks.size() - 1) + ".log"));
    if (ranks.size() > session.config.train.batch_size) {
      log.warning(
          "there are more ranks than videos in a batch: some have nothing to do; raise train.batch_size or start "
          "fewer");
    }
  }
  if (const std::string warning = session.precision().warning(); !warning.empty()) log.warning(warning);
  for (const std::string& warning : session.dataset->info().warnings) log.warning(warning);
  if (!session.mirroring.empty()) log.warning(session.mirroring);
}

/// Where the checkpoints of a run go, when one is due by the clock, and when a signal asks to stop.
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

/// The setting with which a run that has finished, or ended early, trains longer.
std::string longer(const std::string& early, const train::Progress& progress, const config::TrainOptions& options) {
  return early.empty() ? "train.epochs=" + std::to_string(2 * std::max(options.epochs, progress.epoch))
                       : "train.patience=" + std::to_string(2 * std::max(options.patience, progress.stale));
}

/// Of a checkpoint: the dataset in figures.
constexpr const char* videos_key = "videos";

/// Trains from a checkpoint, or from the start, to the end or a signal. `videos`: the dataset in figures.
int train(session::Session& session, run::Run& run, const std::string& videos, const std::optional<From>& from) {
  std::map<std::string, std::string> metadata = session::describe_network(session);
  metadata[videos_key] = videos;
  Supervision supervision(run, session.config.run.checkpoint_seconds);
  session::Validation validation(session, &run, supervision);
  train::Loop loop(session.parts(),
                   {run.observer(),
                    supervision,
                    supervision,
                    validation,
                    {&supervision, &validation},
                    session.config.run.keep_every},
                   std::move(metadata));
  if (from) loop.restore(from->checkpoint);
  if (from && from->clip_again) loop.start_clip_again();

  const bool whole = loop.run();
  wait_for_all(*session.ranks);
  if (whole) {
    const std::string early = train::early_end(loop.progress(), session.config.train);
    if (!early.empty()) run.log().info(early);
    for (const plugin::Build& build : session.plugins) plugin::remove_crash_note(build.library);
    run.finish({.state = run::State::finished,
                .message = early,
                .longer = longer(early, loop.progress(), session.config.train)});
    return static_cast<int>(ExitCode::ok);
  }
  run.finish({run::State::interrupted, static_cast<int>(ExitCode::interrupted), "by a signal; the state is saved"});
  run.log().info("interrupted; the state is saved. Resume with: " + run.resume_command());
  return static_cast<int>(ExitCode::interrupted);
}

/// The same after `prepare`, with whatever ends it recorded in the run folder. Returns the exit code.
int train_recorded(session::Session& session, run::Run& run, const std::string& videos, const std::optional<From>& from,
                   const std::function<void()>& prepare) {
  const auto fail = [&](ExitCode code, const char* text) {
    run.log().error(text);  // first: the disk that is full may take no more
    session.ranks->leave(code, text);
    run.finish({run::State::failed, static_cast<int>(code), text});
    return static_cast<int>(code);
  };
  try {
    prepare();
    return session::saying_what_fits(session, [&] {
      log_beginning(run.log(), session);
      return config::with_lines(session.config, [&] { return train(session, run, videos, from); });
    });
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::exception& error) {
    return fail(ExitCode::failure, error.what());
  }
}

/// The run's checkpoint that --checkpoint names, or its last one. Throws Error(usage) where it has none of that name.
std::filesystem::path checkpoint_to_resume(const Command& command, const run::Run& run) {
  const std::filesystem::path last = run.checkpoint_path("last");
  if (command.checkpoint.empty()) return last;
  if (command.checkpoint == "previous") {
    const std::filesystem::path previous = train::previous_of(last);
    if (std::filesystem::exists(previous)) return previous;
    throw Error(ExitCode::usage, "there is no " + previous.string() + ": the run has made one checkpoint at most");
  }
  const std::filesystem::path file = checkpoint_of(run.folder(), command.checkpoint);
  if (!is_checkpoint_of(run.folder(), file)) {
    throw Error(ExitCode::usage, "--checkpoint " + file.string() + " is not a checkpoint of " + run.folder().string() +
                                     ", and a run can be resumed only from its own; to train from its weights, start "
                                     "another run with --set train.init=" +
                                     file.string());
  }
  std::error_code unknown;
  return std::filesystem::equivalent(file, last, unknown) ? last : file;
}

/// Makes an earlier checkpoint the last one.
void go_back(run::Run& run, const std::filesystem::path& file, const train::Checkpoint& checkpoint) {
  run.log().info("going back to " + file.filename().string() + "; what was last becomes the previous checkpoint");
  for (const std::filesystem::path& later : train::set_aside_later(run.checkpoint_path("best"), checkpoint.progress)) {
    run.log().info("a best checkpoint that was made later is now " + later.filename().string());
  }
  train::save_checkpoint(run.checkpoint_path("last"), checkpoint);
}

/// The checkpoint, if there is one: read, and its weights tried. Changes nothing in the run's folder.
std::optional<From> read_from(const std::filesystem::path& file, session::Session& session, run::Run& run) {
  if (!train::checkpoint_exists(file)) {
    const std::string weights = session::load_initial_weights(session);
    if (!weights.empty()) run.log().info(weights);
    return std::nullopt;
  }
  std::string warning;
  From from{train::load_checkpoint(file, &warning)};
  if (!warning.empty()) run.log().warning(warning);
  session::check_classes(session, from.checkpoint.metadata, file);
  nn::load_state(*session.backbone, nn::tensors_under(from.checkpoint.tensors, "model/"));
  return from;
}

/// Whether the dataset is that of the checkpoint or, where there is none or it does not say, of the run's beginning.
bool are_same_videos(const std::string& videos, const run::Run& run, const std::optional<From>& from) {
  if (from) {
    const auto then = from->checkpoint.metadata.find(videos_key);
    if (then != from->checkpoint.metadata.end()) return then->second == videos;
  }
  return videos == read_file(run.folder() / "data.json");
}

/// A user who looks for the run's configuration may well take the wrong file.
void warn_of_edited_run_file(run::Run& run) {
  if (!run::run_file_was_edited(run.folder())) return;
  run.log().warning((run.folder() / "run.toml").string() +
                    " was edited, but resume reads config.resolved.toml; to change a value: " + run.resume_command() +
                    " --set SECTION.KEY=VALUE");
}

/// Says what is not as it was when the run began or the checkpoint was made, and decides whether the clips that were
/// under way start again. `other_builds`: of plugins.
void compare_with_before(session::Session& session, run::Run& run, bool same_videos,
                         const std::vector<std::string>& other_builds, std::optional<From>& from) {
  if (!same_videos) {
    run.log().warning("the videos are not those that the run was trained on so far: the result will differ");
  }
  if (!from) {
    run.log().info("stopped before its first checkpoint: starting from scratch");
    return;
  }
  const std::string changed = session::changed_since(session, from->checkpoint.metadata);
  const bool same = changed.empty() && same_videos && other_builds.empty();
  from->clip_again = from->checkpoint.progress.clip.step > 0 && !same;
  if (!changed.empty()) run.log().warning("changed since the checkpoint was made: " + changed);
  for (const std::string& other : other_builds) run.log().warning(other + ": the result may differ");
  if (from->clip_again) run.log().info("the clips that were under way start again");
}

/// The plugins of which the checkpoint was made with another build. Throws Error(plugin) where there are any, or it
/// does not say, and --strict was given.
std::vector<std::string> other_builds(const Command& command, const session::Session& session,
                                      const std::optional<From>& from) {
  if (!from) return {};
  const std::optional<std::vector<std::string>> others = session::other_builds(session, from->checkpoint.metadata);
  if (!command.strict) return others.value_or(std::vector<std::string>{});
  if (!others) {
    throw Error(ExitCode::plugin,
                "--strict: the run's checkpoint does not say with which builds of its plugins it was made, as version "
                "0.1 wrote them: resume without --strict");
  }
  if (others->empty()) return {};
  throw Error(ExitCode::plugin,
              "--strict: " + join(*others, "\n") +
                  "\nput the former build into a folder and name that first (--plugins DIR), or resume "
                  "without --strict");
}

/// What to say of a run that stays as it is.
std::string finished_already(const run::Run& run, const train::Progress& progress,
                             const config::TrainOptions& options) {
  const std::string early = train::early_end(progress, options);
  return (early.empty() ? "finished already" : early) + "; to train longer: " + run.resume_command() + " --set " +
         longer(early, progress, options);
}

/// Whether all epochs are done, or training has ended early, and nothing is left to note, so that the run stays as it
/// is. A process that was killed after the last epoch has not noted that.
bool stays_as_it_is(const Command& command, const run::Run& run, const std::optional<From>& from,
                    const config::TrainOptions& options) {
  if (!from) return false;
  const train::Progress& progress = from->checkpoint.progress;
  const bool trained = progress.epoch >= options.epochs || !train::early_end(progress, options).empty();
  return trained && (run.state() == run::State::finished || !command.overrides.empty());
}

int train_first(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                dist::Group& group) {
  session::Session session = session::open_session(config, registry);
  session.ranks = &group;
  session::check_trainable(session);
  const std::string name = name_of_run(config);
  const run::Description description = session::describe_run(session, registry, name);
  check_same_run(group, description);
  const std::string weights = session::load_initial_weights(session);
  run::Run run =
      run::Run::create(config.run.root, name, description, session::describe_host(command.plugin_folders, session),
                       reporting_of(command, session));
  return train_recorded(session, run, description.data_json, std::nullopt, [&] {
    if (!weights.empty()) run.log().info(weights);
    group.leave_note(run.folder().string());
    give_orders(group, {.folder = run.folder()});
  });
}

int resume_first(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                 dist::Group& group) {
  session::Session session = session::open_session(config, registry);
  session.ranks = &group;
  run::Run run = run::Run::resume(command.arguments.at(0), session::describe_host(command.plugin_folders, session),
                                  reporting_of(command, session));
  const run::Description description = session::describe_run(session, registry, name_of_run(config));
  check_same_run(group, description);
  const std::filesystem::path file = checkpoint_to_resume(command, run);
  std::optional<From> from = read_from(file, session, run);
  warn_of_edited_run_file(run);
  if (stays_as_it_is(command, run, from, config.train)) {
    give_orders(group);
    if (command.quiet) return static_cast<int>(ExitCode::ok);
    std::fprintf(stderr, "%s\n", finished_already(run, from->checkpoint.progress, config.train).c_str());
    return static_cast<int>(ExitCode::ok);
  }

  session::check_trainable(session);
  const std::vector<std::string> others = other_builds(command, session, from);
  run.begin();
  return train_recorded(session, run, description.data_json, from, [&] {
    train::remove_unfinished_checkpoints(run.folder() / "checkpoints");
    if (file != run.checkpoint_path("last")) go_back(run, file, from->checkpoint);
    compare_with_before(session, run, are_same_videos(description.data_json, run, from), others, from);
    write_file_atomically(run.folder() / "plugins.json", description.plugins_json);
    if (!command.overrides.empty()) {  // needed to resume from here, or to evaluate
      write_file_atomically(run.folder() / "config.resolved.toml", description.resolved_toml);
    }
    const train::Progress progress = from ? from->checkpoint.progress : train::Progress{};
    run.restore(progress.metrics_bytes, progress.epoch);
    give_orders(group, {run.folder(), from.has_value(), from && from->clip_again});
  });
}

/// Resumes the run that a launcher's earlier attempt has begun (torchrun --max-restarts), if there is one.
int train_or_go_on(const Command& command, const config::RunConfig& config, plugin::Registry& registry,
                   dist::Group& group) {
  const std::string run = group.note();
  if (run.empty() || !std::filesystem::exists(std::filesystem::path(run) / "config.resolved.toml")) {
    return train_first(command, config, registry, group);
  }
  Command resuming = command;
  resuming.arguments = {run};
  return resume_first(resuming, config, registry, group);
}

/// On rank 0 by `first`, on the others beside it.
template <typename First>
int train_in_company(const First& first, const Command& command, const config::RunConfig& config,
                     plugin::Registry& registry) {
  const std::unique_ptr<dist::Group> group = join_company(config);
  return in_company(*group, [&] {
    return group->first() ? first(command, config, registry, *group) : train_beside(command, config, registry, *group);
  });
}

}  // namespace

int run_train(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  return train_in_company(train_or_go_on, command, config, registry);
}

int run_resume(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  for (const std::string& line : command.overrides) {
    std::string key = line.substr(0, line.find('='));
    std::erase_if(key, [](char c) { return std::string_view(" \t\n\"'").find(c) != std::string_view::npos; });
    if (key != "run.name" && key != "run.root") continue;
    throw Error(ExitCode::config, "--set " + printable_name(line) +
                                      ": a run that is resumed stays in its folder; to have it elsewhere, move that");
  }
  return train_in_company(resume_first, command, config, registry);
}

}  // namespace pgt::cli
