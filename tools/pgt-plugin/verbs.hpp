/// The verbs of pgt-plugin. Each adds itself to the command line; what is asked for is done when it has been parsed,
/// and `code` becomes the program's exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <vector>

namespace pgt::plugin_tool {

struct Program {
  std::vector<std::filesystem::path> plugins;  ///< that `--plugins` names, in front of the verb
  int code = 0;
};

void add_check(CLI::App& app, Program& program);
void add_child(CLI::App& app, Program& program);
void add_doctor(CLI::App& app, Program& program);
void add_info(CLI::App& app, Program& program);
void add_new(CLI::App& app, Program& program);
void add_why(CLI::App& app, Program& program);

}  // namespace pgt::plugin_tool
