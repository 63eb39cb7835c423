/// pgt-plugin: for who writes plugins, and for who wonders why one is not there. `pgt-host plugin …` runs it.

#include <CLI/CLI.hpp>

#include "base/command_answer.hpp"
#include "base/main_program.hpp"
#include "verbs.hpp"

namespace {

using namespace pgt;

using AddVerb = void (*)(CLI::App&, plugin_tool::Program&);

constexpr AddVerb verbs[] = {
    plugin_tool::add_new,    plugin_tool::add_info,  plugin_tool::add_why,
    plugin_tool::add_doctor, plugin_tool::add_check, plugin_tool::add_child,
};

int run_program(int argc, char** argv) {
  CLI::App app("Says what a plugin provides, why one is not there, and whether it keeps the host's rules",
               "pgt-plugin");
  app.require_subcommand(1);
  plugin_tool::Program program;
  app.add_option("--plugins", program.plugins,
                 "folders of plugins, or libraries (default: PGT_PLUGINS, then plugins beside this)")
      ->allow_extra_args(false);
  for (const AddVerb add : verbs) add(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return command_answer(app, error);
  }
  return program.code;
}

}  // namespace

int main(int argc, char** argv) {
  return main_program("pgt-plugin", [&] { return run_program(argc, argv); });
}
