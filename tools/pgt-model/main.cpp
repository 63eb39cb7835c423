/// pgt-model: what backbones there are, what one of them costs, and whether it keeps the host's rules. `pgt-host
/// model …` runs it.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/command_answer.hpp"
#include "base/error.hpp"
#include "base/main_program.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "config/document.hpp"
#include "conformance.hpp"
#include "limits_options.hpp"
#include "measure.hpp"
#include "nn/guarded_backbone.hpp"
#include "nn/parameters.hpp"
#include "plugin/folders.hpp"
#include "plugin/registry.hpp"
#include "plugin/report.hpp"
#include "rules_of_leaving.hpp"
#include "torch_state.hpp"

namespace {

using namespace pgt;
using plugin::Kind;

constexpr std::int64_t bytes_of_number = sizeof(float);  ///< training is in float32

struct Arguments {
  std::vector<std::filesystem::path> plugins;
  std::string name;
  std::vector<std::string> options;  ///< KEY=VALUE of [model]
  std::int64_t classes = 400;
  model::ClipShape clip;
  bool every_site = false;
  bool channel = false;  ///< `pgt-plugin check` listens
  check::Limits limits;
};

plugin::Registry open_registry(const Arguments& arguments) {
  if (arguments.channel) return plugin::Registry(arguments.plugins, plugin::host_beside_program());  // that one alone
  return plugin::Registry(plugin::plugin_folders(arguments.plugins), plugin::host_beside_program());
}

/// The backbone's options as KEY=VALUE say, checked as those of a run file are.
std::unique_ptr<sdk::OptionSet> read_options(const Arguments& arguments, plugin::Registry& registry) {
  std::vector<std::string> overrides;
  for (const std::string& option : arguments.options) overrides.push_back("model." + option);
  config::Diagnostics diagnostics;
  const config::Document document =
      config::Document::parse("[model]\nuse = \"" + arguments.name + "\"\n", "pgt-host model", overrides, diagnostics);
  document.use("model", registry.names(Kind::backbone), diagnostics);
  diagnostics.throw_if_any();
  auto options = registry.options(Kind::backbone, arguments.name);
  const config::Section section = document.section("model", config::specs_of(*options), diagnostics);
  config::apply(section, *options);
  config::check_rules(section, *options, diagnostics);
  diagnostics.throw_if_any();
  return options;
}

int list(const Arguments& arguments) {
  plugin::Registry registry = open_registry(arguments);
  plugin::report_troubles(registry);
  for (const std::string& name : registry.names(Kind::backbone)) {
    std::printf("%-14s%s\n", name.c_str(), registry.find(Kind::backbone, name)->summary.c_str());
  }
  return 0;
}

void print_parameters(const std::string& name, sdk::Backbone& backbone) {
  std::int64_t tensors = 0;
  for (const nn::Parameter& parameter : nn::parameters(backbone)) tensors += parameter.trained() ? 1 : 0;
  std::printf("%s: %lld parameters in %lld tensors\n", name.c_str(),
              static_cast<long long>(nn::trained_values(backbone)), static_cast<long long>(tensors));
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> sizes;
  for (const std::int64_t size : shape) sizes.push_back(std::to_string(size));
  return join(sizes, "×");
}

void print(const model::Measured& measured) {
  std::printf("\n%6s%12s%16s%14s%12s\n", "step", "new frames", "multiply-adds", "activations", "carry");
  for (std::size_t i = 0; i < measured.steps.size(); ++i) {
    const model::Measured::Step& step = measured.steps[i];
    std::printf("%6zu%12lld%14.2f G%14s%12s\n", i + 1, static_cast<long long>(step.frames),
                step.cost.multiply_adds / 1e9, bytes_text(step.cost.activations * bytes_of_number).c_str(),
                bytes_text(step.carry_bytes).c_str());
  }
  std::printf("\n%-28s%8s%8s  %s\n", "site", "kernel", "carry", "shape");
  for (const model::Slot& slot : measured.slots) {
    std::printf("%-28s%8lld%8s  %s\n", slot.site.name.c_str(), static_cast<long long>(slot.site.temporal_kernel),
                slot.bytes > 0 ? bytes_text(slot.bytes).c_str() : "-", shape_text(slot.shape).c_str());
  }
}

/// What a step that carries on costs less than if every site carried (docs/backbones.md).
void print_saved(const model::Measured& temporal, const model::Measured& all) {
  const model::Measured::Step &less = temporal.steps.back(), &more = all.steps.back();
  if (temporal.steps.size() < 2 || less.carry_bytes == more.carry_bytes) return;
  const auto saved = [](double part, double whole) { return fixed(100 * (1 - part / whole), 1); };
  std::printf(
      "\nwith all sites carrying: %s and %.2f G in the last step; carrying only at temporal sites saves "
      "%s%% of the carry, %s%% of the multiply-adds\n",
      bytes_text(more.carry_bytes).c_str(), more.cost.multiply_adds / 1e9,
      saved(static_cast<double>(less.carry_bytes), static_cast<double>(more.carry_bytes)).c_str(),
      saved(less.cost.multiply_adds, more.cost.multiply_adds).c_str());
}

int summary(const Arguments& arguments) {
  plugin::Registry registry = open_registry(arguments);
  plugin::report_troubles(registry);
  const auto options = read_options(arguments, registry);
  const auto backbone = nn::make_backbone(registry, arguments.name, *options, {arguments.classes}, 0);
  print_parameters(arguments.name, *backbone);
  const model::Measured measured = model::measure(*backbone, arguments.clip);
  print(measured);
  if (!arguments.every_site) {
    model::ClipShape all = arguments.clip;
    all.sites = sdk::SiteFilter::all;
    print_saved(measured, model::measure(*backbone, all));
  }
  return 0;
}

int print_rules() {
  nlohmann::json rules = nlohmann::json::array();
  const auto add = [&](const check::RuleText& rule) {
    rules.push_back({{"name", rule.name}, {"promise", rule.promise}, {"where", rule.where}, {"remedy", rule.remedy}});
  };
  for (const model::BackboneRule& rule : model::rules_of_backbones()) add(rule.text);
  for (const model::TorchRule& rule : model::rules_of_torch_state()) add(rule.text);
  std::printf("%s\n", rules.dump(2).c_str());
  return static_cast<int>(ExitCode::ok);
}

/// How the network that is checked is made.
model::Tried::Make maker(const Arguments& arguments, plugin::Registry& registry) {
  const std::shared_ptr<sdk::OptionSet> options = read_options(arguments, registry);
  return [&, options](std::uint64_t seed) {
    return nn::make_backbone(registry, arguments.name, *options, {arguments.classes}, seed);
  };
}

void check_only(const std::vector<std::string>& only) {
  const std::vector<model::BackboneRule> rules = model::rules_of_backbones();
  for (const std::string& name : only) {
    const auto is_named = [&](const model::BackboneRule& rule) { return check::is_wanted(rule.text.name, {name}); };
    if (std::ranges::any_of(rules, is_named)) continue;
    throw Error(ExitCode::usage, "--only " + name + ": there is no such rule; pgt-host model rules lists them");
  }
}

int check_backbone(const Arguments& arguments) {
  check_only(arguments.limits.only);
  plugin::Registry registry = open_registry(arguments);
  plugin::report_troubles(registry);
  const model::Tried::Make make = maker(arguments, registry);
  const model::Tried tried(make, registry.provider(Kind::backbone, arguments.name).id, arguments.clip);
  bool broken = false;
  model::check_conformance(tried, arguments.limits.only, [&](const check::RuleText& rule, const check::Seen& seen) {
    using check::Outcome;
    broken = broken || seen.outcome == Outcome::broken;
    const char* const mark = seen.outcome == Outcome::holds    ? "ok  "
                             : seen.outcome == Outcome::broken ? "FAIL"
                                                               : "-   ";
    std::printf("%s  %s\n", mark, rule.promise);
    if (!seen.text.empty() && seen.outcome != Outcome::holds) std::printf("      %s\n", seen.text.c_str());
    std::fflush(stdout);
  });
  return static_cast<int>(broken ? ExitCode::plugin : ExitCode::ok);
}

/// The same for `pgt-plugin check`, which runs this as a child.
int try_for_plugin_check(const Arguments& arguments) {
  check::Channel channel(arguments.limits);
  check::LeavingTrial leaving(channel);
  const model::TorchState before = model::TorchState::now();
  plugin::Registry registry = open_registry(arguments);
  model::Tried::Make make;
  try {
    make = maker(arguments, registry);
  } catch (const MistakesInFile& mistakes) {
    if (arguments.options.empty()) {  // nobody's but the backbone's own
      channel.attempt("backbone " + arguments.name, "backbone.made", [&] { return check::broken(mistakes.what()); });
    } else {
      channel.say({{"mistake", mistakes.what()}});
    }
    channel.done();
    return static_cast<int>(mistakes.code());
  }
  const std::string of = "backbone " + arguments.name, plugin = registry.provider(Kind::backbone, arguments.name).id;
  const auto rules = model::rules_of_backbones();
  {
    const model::Tried tried(make, plugin, arguments.clip);
    channel.attempt_all(of, std::span<const model::BackboneRule>(rules), tried);
  }
  leaving.begin_again();  // the threads of LibTorch are there by now
  model::use_once({make, plugin, arguments.clip});
  channel.attempt_all(of, model::rules_of_torch_state(), before);
  leaving.make_one = [&] { make(0); };
  channel.attempt_all(of, check::rules_of_leaving(), leaving);
  channel.done();
  return static_cast<int>(ExitCode::ok);
}

int check(const Arguments& arguments) {
  return arguments.channel ? try_for_plugin_check(arguments) : check_backbone(arguments);
}

/// What `summary` and `check` share, with the defaults that `arguments` has.
CLI::App* add_verb(CLI::App& app, const std::string& name, const std::string& help, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand(name, help);
  model::ClipShape& clip = arguments.clip;
  verb->add_option("name", arguments.name, "the backbone")->required();
  verb->add_option("options", arguments.options, "KEY=VALUE of the run file's [model], such as depth=101");
  verb->add_option("--classes", arguments.classes, "that it tells apart")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  verb->add_option("--frames", clip.frames, "of a step, on the slowest pathway")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb->add_option("--overlap", clip.overlap, "frames of a step that are carried")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  verb->add_option("--steps", clip.steps, "of a clip")->check(CLI::Range(2, 100000))->capture_default_str();
  verb->add_option("--size", clip.size, "pixels")->check(CLI::Range(1, 4096))->capture_default_str();
  return verb;
}

int run_program(int argc, char** argv) {
  CLI::App app("Says what backbones there are, what one costs, and whether it keeps the host's rules", "pgt-model");
  app.require_subcommand(1);
  Arguments summed, checked;
  checked.classes = 5;
  checked.clip.frames = 4;
  checked.clip.steps = 3;
  checked.clip.size = 32;
  std::vector<std::filesystem::path> plugins;
  app.add_option("--plugins", plugins, "folders of plugins (default: PGT_PLUGINS, then plugins beside this)");
  const CLI::App* listing = app.add_subcommand("list", "the backbones that the plugins have");
  CLI::App* summing = add_verb(app, "summary", "parameters, work and memory of a backbone", summed);
  summing->add_flag("--every-site", summed.every_site, "sites that do not look across time carry too");
  CLI::App* checking = add_verb(app, "check", "tries what the host expects of every backbone", checked);
  checking->add_flag("--channel", checked.channel)->group("");
  check::add_limits(*checking, checked.limits);
  constexpr std::array of_parent{"--seconds", "--memory"};
  for (const char* option : of_parent) checking->get_option(option)->group("");
  check::add_skip(*checking, checked.limits);
  const CLI::App* ruling = app.add_subcommand("rules", "the rules that check tries, as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return command_answer(app, error);
  }
  if (ruling->parsed()) return print_rules();
  for (const char* option : of_parent) {
    if (checking->count(option) == 0 || checked.channel) continue;
    throw Error(ExitCode::usage,
                std::string("pgt-model check does not take ") + option + "; pgt-host plugin check does");
  }
  Arguments& arguments = checking->parsed() ? checked : summed;
  arguments.plugins = plugins;
  if (arguments.clip.overlap >= arguments.clip.frames) {
    throw Error(ExitCode::usage, "--overlap must be less than --frames");
  }
  if (arguments.every_site) arguments.clip.sites = sdk::SiteFilter::all;
  if (checking->parsed()) return check(arguments);
  return listing->parsed() ? list(arguments) : summary(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return main_program("pgt-model", [&] { return run_program(argc, argv); });
}
