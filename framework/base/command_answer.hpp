/// What the programs beside pgt-host answer where CLI11 does not take the command line, or is asked for help.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt {

/// Prints the help, or what is wrong, and gives the exit code. CLI11 says of an unknown verb only that one is missing:
/// here the text names it, and those that there are.
inline int command_answer(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const std::vector<std::string> left = app.remaining(true);
  const bool no_verb =
      dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && at->get_require_subcommand_min() > 0;
  if (!no_verb || left.empty()) {
    std::ostringstream help, complaint;
    const int code = app.exit(error, help, complaint);
    std::fputs(help.str().c_str(), stdout);
    std::fputs(printable(complaint.str()).c_str(), stderr);
    return code == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  std::vector<std::string> verbs;
  for (const CLI::App* verb : at->get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); })) {
    verbs.push_back(verb->get_name());
  }
  std::fprintf(stderr, "%s: there is no \"%s\", but %s\n", at->get_name().c_str(), printable(left.front()).c_str(),
               join(verbs, ", ").c_str());
  return static_cast<int>(ExitCode::usage);
}

}  // namespace pgt
