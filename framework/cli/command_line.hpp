/// What the user typed, understood.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "cli/command.hpp"

namespace pgt::cli {

/// An external verb: `pgt-NAME` beside pgt-host.
struct Program {
  std::string name;
  std::vector<std::string> arguments;
  std::vector<std::filesystem::path> plugin_folders;
  std::vector<std::filesystem::path> left_out;  ///< see Command
};

/// Text to print, and nothing more to do: help or the version.
struct Answer {
  std::string text;
};

using Request = std::variant<Command, Program, Answer>;

/// `arguments` without the program's name. Plugin folders are those of --plugins, then those of PGT_PLUGINS, then
/// `plugins` beside pgt-host. Throws Error(usage).
Request parse_command_line(std::vector<std::string> arguments);

/// The verbs of pgt-host itself.
std::vector<std::string> host_verbs();

}  // namespace pgt::cli
