/// What the tests of pgt-plugin share.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugin/support.hpp"

namespace pgt::plugin {

inline HostRun run_tool(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), PGT_PLUGIN_TOOL);
  return run_program(std::move(arguments));
}

/// What `check --json` finds.
struct Findings {
  int code = -1;
  nlohmann::json all = nlohmann::json::array();
  std::string errors;

  /// What was seen where the rule is broken; empty: it is not.
  std::string broken(const std::string& rule) const {
    for (const auto& finding : all) {
      if (finding.at("rule") == rule && finding.at("outcome") == "broken") return finding.at("seen");
    }
    return "";
  }
  /// All broken rules, with what was seen.
  std::string all_broken() const {
    std::string text;
    for (const auto& finding : all) {
      if (finding.at("outcome") != "broken") continue;
      text += finding.at("of").get<std::string>() + ": " + finding.at("rule").get<std::string>() + ": " +
              finding.at("seen").get<std::string>() + "\n";
    }
    return text;
  }
  std::size_t count(const std::string& outcome) const {
    std::size_t count = 0;
    for (const auto& finding : all) count += finding.at("outcome") == outcome ? 1 : 0;
    return count;
  }
};

inline Findings check(const fs::path& library, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"check", library.string(), "--json"});
  const HostRun run = run_tool(std::move(arguments));
  Findings findings{run.code, nlohmann::json::array(), run.err};
  const auto answer = nlohmann::json::parse(run.out, nullptr, false);
  if (answer.is_object()) findings.all = answer.at("findings");
  return findings;
}

}  // namespace pgt::plugin
