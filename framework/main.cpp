/// pgt-host: reads the command line, checks the run file, then opens the engine, which trains.
///
/// LibTorch comes with the engine alone and costs a quarter of a second, so what can be answered without it is answered
/// first: help, plugins, explanations, and mistakes in the run file.

#include <cstdio>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/main_program.hpp"
#include "base/process_setup.hpp"
#include "base/text.hpp"
#include "cli/allocator.hpp"
#include "cli/command_line.hpp"
#include "cli/engine_library.hpp"
#include "cli/explain.hpp"
#include "cli/list_plugins.hpp"
#include "cli/openmp.hpp"
#include "cli/plan.hpp"
#include "cli/programs.hpp"
#include "cli/torch_folder.hpp"
#include "cli/verbs.hpp"
#include "config/setting_error.hpp"
#include "plugin/crash_watch.hpp"
#include "plugin/examine.hpp"
#include "plugin/exit_watch.hpp"
#include "plugin/report.hpp"
#include "plugin/run_file.hpp"

namespace {

using namespace pgt;

void report_troubles(const cli::Command& command, const plugin::Registry& registry) {
  plugin::report_troubles(registry);
  if (command.plugin_folders.empty()) std::fprintf(stderr, "warning: no plugins; name their folder: --plugins DIR\n");
}

/// Where the run file is wrong, a plugin that was left out may be the reason.
config::RunConfig checked_run_file(const cli::Command& command, plugin::Registry& registry) {
  try {
    const std::filesystem::path given = command.arguments.front();
    const cli::Verb& verb = *cli::find_verb(command.verb);
    if (verb.of_run) return plugin::read_run_folder(given, command.overrides, registry);
    if (verb.may_be_of_run) return plugin::read_run_file_or_folder(given, command.overrides, registry);
    return plugin::read_run_file(given, command.overrides, registry);
  } catch (const Error&) {
    report_troubles(command, registry);
    throw;
  }
}

int run(const cli::Command& command, const std::vector<std::string>& arguments) {
  require_current_folder();
  const plugin::ExitWatch exit_watch;
  const plugin::CrashWatch crash_watch;
  plugin::Registry registry(command.plugin_folders, cli::host_program(), command.left_out);
  if (command.verb == "plugins") return cli::list_plugins(command, registry);
  if (command.verb == "explain") {
    report_troubles(command, registry);
    return cli::explain(command, registry);
  }
  const config::RunConfig config = checked_run_file(command, registry);
  if (command.verb == "plan") {
    report_troubles(command, registry);
    return config::with_lines(config, [&] { return cli::show_plan(command, config, registry); });
  }
  cli::set_up_openmp(arguments, config.file);
  report_troubles(command, registry);
  return cli::run_engine(command, config, registry);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "--examine-plugin") plugin::examine_and_exit(arguments[1]);

  cli::use_torch_folder(arguments);
  const cli::Request request = cli::parse_command_line(arguments);
  if (const auto* answer = std::get_if<cli::Answer>(&request)) {
    std::fputs(answer->text.c_str(), stdout);
    return static_cast<int>(ExitCode::ok);
  }
  if (const auto* program = std::get_if<cli::Program>(&request)) {
    for (const std::filesystem::path& folder : program->left_out) {
      std::fprintf(stderr, "warning: --safe-mode leaves out the plugins of %s\n",
                   printable_name(folder.string()).c_str());
    }
    cli::become_program(program->name, program->arguments, program->plugin_folders, cli::host_verbs());
  }
  return run(std::get<cli::Command>(request), arguments);
}

}  // namespace

int main(int argc, char** argv) {
  cli::set_up_allocator();
  return main_program("pgt-host", [&] { return run(std::vector<std::string>(argv + 1, argv + argc)); });
}
