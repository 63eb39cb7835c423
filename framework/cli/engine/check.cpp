// `pgt-host check`: everything but the training.

#include <cstdio>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/engine/check_clips.hpp"
#include "cli/engine/check_files.hpp"
#include "cli/engine/check_frozen.hpp"
#include "cli/engine/check_memory.hpp"
#include "cli/engine/check_precision.hpp"
#include "cli/engine/check_training.hpp"
#include "cli/engine/first_steps.hpp"
#include "cli/engine/verbs.hpp"
#include "nn/parameters.hpp"
#include "run/commands.hpp"
#include "run/folder.hpp"
#include "session/describe.hpp"
#include "session/initial_weights.hpp"
#include "session/memory.hpp"
#include "session/session.hpp"

namespace pgt::cli {
namespace {

void check_model(session::Session& session) {
  std::printf("model  %s: %lld parameters, %zu sites, on %s\n", session.config.model.use.c_str(),
              static_cast<long long>(nn::parameter_values(*session.backbone)), session.backbone->info().sites.size(),
              session.device.str().c_str());
  if (const std::string weights = session::load_initial_weights(session); !weights.empty()) {
    std::printf("       %s\n", indented(printable(weights)).c_str());
  }
  const std::vector<std::string> lines = session::describe_training(session);
  for (std::size_t i = 0; i < lines.size(); ++i)
    std::printf("%s%s\n", i == 0 ? "learn  " : "       ", lines[i].c_str());
}

/// The network and the schedule on the first videos, and what training will take. `steps`: of a clip, on average.
void check_network(session::Session& session, const Command& command, video::IndexCache& indexes, BadVideos& bad,
                   double steps) {
  const run::Display display{command.quiet, command.progress, command.color};
  std::int64_t forecast = 0;
  {
    const FirstSteps read = read_steps(session, indexes, bad, display);
    const walk::PlanWalk plan(read.plan, session.backbone->info().pathways);
    check_interleaving(session, plan, read, display);
    check_precision(session, plan, read, display);
    const FrozenParts frozen(session);
    const session::Trial trial = check_training(session, plan, read, display);
    frozen.check();
    forecast = print_memory(session, read, trial, activations_of(session, read));
    print_time(session, read, trial, steps);
  }
  if (command.probe) probe_memory(session, indexes, forecast);
}

/// What has been checked, as a shell takes it.
std::string training_command(const Command& command, const config::RunConfig& config, const session::Session& session) {
  std::vector<std::string> words = session::describe_host(command.plugin_folders, session).command;
  words.front() = "pgt-host";
  words.push_back(config.file.string());
  for (const std::string& setting : command.overrides) words.insert(words.end(), {"--set", setting});
  return run::shell_command(words);
}

}  // namespace

int run_check(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // each line when it is known, also into a pipe
  const run::Display display{command.quiet, command.progress, command.color};
  session::Session session = session::open_session(config, registry);
  session::check_trainable(session);
  run::check_root(config.run.root);
  check_model(session);
  check_data(session);

  BadVideos bad;
  video::IndexCache indexes;  // and those that the run will want
  const auto opened = check_files(session, sdk::Split::train, "train", indexes, bad, display);
  check_files(session, sdk::Split::val, "val", indexes, bad, display);
  const session::ClipLengths lengths = session::measure_clips(opened, session.planner().training(0, 0), config.data);
  const bool fitting = check_clips(session, lengths);

  return session::saying_what_fits(session, [&] {
    check_network(session, command, indexes, bad, lengths.steps);
    const char* but = !bad.empty() ? ", but for the bad files above" : fitting ? "" : ", but see the warning above";
    std::printf("ready%s: %s\n", but, training_command(command, config, session).c_str());
    return static_cast<int>(ExitCode::ok);
  });
}

}  // namespace pgt::cli
