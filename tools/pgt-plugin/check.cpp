// `pgt-plugin check`: tries the rules of everything that a library provides, each kind in a process of its own.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "all_rules.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "given_options.hpp"
#include "limits_options.hpp"
#include "report_check.hpp"
#include "rules_of_libraries.hpp"
#include "supervise.hpp"
#include "verbs.hpp"

namespace pgt::plugin_tool {
namespace {

using namespace check;
using nlohmann::json;
namespace fs = std::filesystem;

struct Request {
  fs::path file;
  bool list = false, json = false;
  fs::path junit;
  std::vector<std::string> options;  ///< KEY=VALUE
  Limits limits;
};

/// What the library says that it provides.
json provided_in(const Report& report) {
  for (const json& answer : report.answers) {
    if (answer.contains("provides")) return answer.at("provides");
  }
  return json::array();
}

bool has_key(const json& thing, const std::string& key) { return std::ranges::count(thing.at("keys"), json(key)) > 0; }

void check_keys(const Request& request, const json& provided) {
  std::set<std::string> known;
  for (const json& thing : provided) known.insert(thing.at("keys").begin(), thing.at("keys").end());
  for (const std::string& option : request.options) {
    if (known.contains(key_of(option)) || provided.empty()) continue;
    const std::vector<std::string> keys(known.begin(), known.end());
    throw Error(ExitCode::config, "nothing in " + request.file.string() + " has an option \"" + key_of(option) +
                                      "\"; " + did_you_mean(key_of(option), keys));
  }
}

std::vector<std::string> child_command(const Request& request, const std::string& part) {
  std::vector<std::string> command{fs::read_symlink("/proc/self/exe").string(), "child", request.file.string(), part};
  for (const std::string& option : request.options) command.insert(command.end(), {"--option", option});
  return command;
}

class Check {
 public:
  explicit Check(const Request& request) : request_(request) {}

  std::vector<Finding> findings() {
    const json provided = provided_in(take(child_command(request_, "library"), "library"));
    check_keys(request_, provided);
    for (const char* kind : {"schedule", "dataset"}) {
      const bool any = std::ranges::any_of(provided, [&](const json& thing) { return thing.at("kind") == kind; });
      if (any) take(child_command(request_, kind), std::string(kind) + "s");
    }
    for (const json& thing : provided) {
      if (thing.at("kind") == "backbone") check_backbone(thing);
    }
    return std::move(findings_);
  }

 private:
  Report take(const std::vector<std::string>& command, const std::string& of) {
    Report report = supervise(command, of, request_.limits);
    for (const json& answer : report.answers) {
      if (answer.contains("mistake")) throw MistakesInFile(ExitCode::config, answer.at("mistake").get<std::string>());
    }
    findings_.insert(findings_.end(), report.findings.begin(), report.findings.end());
    return report;
  }

  void check_backbone(const json& thing) {
    const std::string name = thing.at("name"), of = "backbone " + name;
    std::vector<std::string> own, missing;
    for (const std::string& option : request_.options) {
      if (has_key(thing, key_of(option))) own.push_back(option);
    }
    for (const std::string key : thing.at("required")) {
      const bool there = std::ranges::any_of(own, [&](const std::string& option) { return key_of(option) == key; });
      if (!there) missing.push_back("--option " + key + "=…");
    }
    if (!missing.empty()) {
      findings_.push_back({of, "backbone.made", untried("it needs " + join(missing, " "))});
      return;
    }
    std::vector<std::string> command{backbone_program(), "--plugins", request_.file.string(), "check", name};
    command.insert(command.end(), own.begin(), own.end());
    command.insert(command.end(), "--channel");
    take(command, of);
  }

  const Request& request_;
  std::vector<Finding> findings_;
};

bool is_rule(const std::string& name, const std::vector<RuleText>& rules) {
  return std::ranges::any_of(rules, [&](const RuleText& rule) { return is_wanted(rule.name, {name}); });
}

void check_only(const Request& request) {
  for (const std::string& name : request.limits.only) {
    if (is_rule(name, rules_without_backbones())) continue;
    const std::vector<RuleText> rules = all_rules();
    if (is_rule(name, rules)) continue;
    std::vector<std::string> names;
    for (const RuleText& rule : rules) names.emplace_back(rule.name);
    throw Error(ExitCode::usage,
                "there is no rule \"" + name + "\"; " + did_you_mean(name, names) + " (--list has all)");
  }
}

/// Those that the findings are about: LibTorch is not loaded for nothing.
std::vector<RuleText> rules_of(const std::vector<Finding>& findings) {
  const bool backbones =
      std::ranges::any_of(findings, [](const Finding& one) { return one.of.starts_with("backbone "); });
  return backbones ? all_rules() : rules_without_backbones();
}

int run_check(Request request) {
  if (request.list) {
    std::fputs(rules_as_text(all_rules()).c_str(), stdout);
    return static_cast<int>(ExitCode::ok);
  }
  if (request.file.empty()) throw Error(ExitCode::usage, "name the library: pgt-plugin check FILE.so");
  check_only(request);
  require_file(request.file, ExitCode::usage);
  request.file = fs::absolute(request.file).lexically_normal();
  if (!request.junit.empty()) {
    check_output(request.junit);
    check_output_is_not(request.junit, request.file);
  }
  Checked checked{request.file.string(), Check(request).findings(), {}};
  checked.rules = rules_of(checked.findings);
  if (!request.junit.empty()) write_output(request.junit, findings_as_junit(checked));
  std::fputs((request.json ? findings_as_json(checked) : findings_as_text(checked)).c_str(), stdout);
  const bool broken = std::ranges::any_of(
      checked.findings, [](const Finding& finding) { return finding.seen.outcome == Outcome::broken; });
  return static_cast<int>(broken ? ExitCode::plugin : ExitCode::ok);
}

}  // namespace

void add_check(CLI::App& app, Program& program) {
  const auto request = std::make_shared<Request>();
  CLI::App* verb =
      app.add_subcommand("check", "tries what the host expects of every plugin, each kind in a process of its own");
  verb->add_option("file", request->file, "the library")->type_name("FILE.so");
  verb->add_flag("--list", request->list, "print the rules instead");
  verb->add_flag("--json", request->json, "print the findings as JSON");
  verb->add_option("--junit", request->junit, "write the findings to a file that build servers read")
      ->type_name("FILE");
  verb->add_option("--option", request->options, "an option of what it provides; can be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        return text.find('=') != std::string::npos ? "" : "\"" + text + "\" is not KEY=VALUE";
      });
  add_limits(*verb, request->limits);
  verb->callback([request, &program] { program.code = run_check(*request); });
}

}  // namespace pgt::plugin_tool
