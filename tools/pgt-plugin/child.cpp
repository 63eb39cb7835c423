// The process in which a library is loaded and its rules are tried: `pgt-plugin child FILE PART …`, for `check` alone.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/testing/rules/dataset_rules.hpp>
#include <pgt/sdk/testing/rules/of_schedules.hpp>
#include <pgt/sdk/testing/rules/plan_rules.hpp>

#include "base/error.hpp"
#include "given_options.hpp"
#include "limits_options.hpp"
#include "plugin/guard.hpp"
#include "plugin/process.hpp"
#include "rules_of_datasets.hpp"
#include "rules_of_leaving.hpp"
#include "rules_of_libraries.hpp"
#include "rules_of_schedules.hpp"
#include "verbs.hpp"

namespace pgt::plugin_tool {
namespace {

using namespace check;
using nlohmann::json;
using plugin::Kind;

struct Asked {
  std::filesystem::path file;
  std::string part;                  ///< "library", "schedule", "dataset"
  std::vector<std::string> options;  ///< KEY=VALUE
  std::string sums;                  ///< of which thing only the checksums are wanted; empty: rules are tried
  Limits limits;
};

json told(const OptionTrial& thing) {
  json keys = json::array(), required = json::array();
  for (const sdk::OptionSpec& spec : thing.specs()) {
    keys.push_back(spec.name);
    if (spec.required) required.push_back(spec.name);
  }
  return {{"kind", plugin::to_text(thing.kind)}, {"name", thing.name}, {"keys", keys}, {"required", required}};
}

void try_library(const Asked& asked, Channel& channel) {
  const LeavingTrial leaving(channel);
  LibraryTrial library{asked.file, {}, nullptr};
  const std::string of = "library";
  const std::string name = asked.file.filename().string();
  const auto load = [&] {
    const plugin::Call call(name, "while it is loaded");
    const plugin::FileIdentity identity = plugin::identity_of(asked.file);
    library.record = plugin::compare_record(asked.file, identity);
    library.loaded = &plugin::load(asked.file, identity);
    return holds();
  };
  channel.attempt(of, loads_rule.name, load, true);
  for (const RuleText& rule : rules_of_records()) {
    channel.attempt(of, rule.name, [&] { return check_record(rule, library); });
  }
  channel.attempt_all(of, rules_of_libraries(), library);
  if (library.loaded != nullptr) {
    json provided = json::array();
    for (const OptionTrial& thing : things_of(library.plugin())) {
      channel.attempt_all(text_of(thing.kind, thing.name), rules_of_options(), thing);
      provided.push_back(told(thing));
    }
    channel.say({{"provides", provided}, {"id", library.plugin().id}});
  }
  channel.attempt_all(of, rules_of_leaving(), leaving);
}

/// Makes objects of one thing, with the options of the check.
template <class Interface, class Factory, class Context>
auto maker(const Asked& asked, const std::string& id, Kind kind, const sdk::Provided<Factory>& provided,
           Context context) {
  return [&asked, id, kind, &provided, context]() -> std::unique_ptr<Interface> {
    const auto options = plugin::guard(id, "Factory::options", [&] { return provided.factory->options(); });
    apply_given(asked.options, kind, provided.name, *options);
    auto made = plugin::guard(id, kind == Kind::schedule ? "Schedule::Schedule" : "Dataset::Dataset",
                              [&] { return provided.factory->create(*options, context); });
    if (made == nullptr) throw std::runtime_error("the factory gives nothing");
    return made;
  };
}

/// The checksums that the same thing has in another process.
std::vector<std::string> sums_elsewhere(const Asked& asked, const std::string& name) {
  std::vector<std::string> command{std::filesystem::read_symlink("/proc/self/exe").string(),
                                   "child",
                                   asked.file.string(),
                                   asked.part,
                                   "--sums",
                                   name,
                                   "--seconds",
                                   std::to_string(asked.limits.seconds)};
  for (const std::string& option : asked.options) command.insert(command.end(), {"--option", option});
  const plugin::ProcessResult result = plugin::run_process(command, std::chrono::seconds(asked.limits.seconds));
  const json answer = json::parse(result.output.substr(0, result.output.find('\n')), nullptr, false);
  if (!answer.is_object() || !answer.contains("sums"))
    throw CannotBeTried{"the other process did not get so far: " + result.errors};
  return answer.at("sums");
}

/// Those of the test kit, then those that take another object, thread or process.
void try_rules(Channel& channel, const std::string& of, const ScheduleTrial& trial) {
  namespace kit = sdk::testing;
  channel.attempt_all(of, rules_of_schedules().first(1), trial);  // that it can be made
  channel.attempt_all(of, std::span<const kit::ScheduleRule>(kit::rules_of_schedules), trial.plans());
  kit::for_each_plan_rule([&](const kit::PlanRule& rule) {
    channel.attempt(of, rule.text.name, [&] { return kit::in_every_plan(rule, trial.plans()); });
  });
  channel.attempt_all(of, rules_of_schedules().subspan(1), trial);
}

void try_rules(Channel& channel, const std::string& of, const DatasetTrial& trial) {
  namespace kit = sdk::testing;
  channel.attempt_all(of, rules_of_datasets().first(1), trial);  // that it can be made
  kit::for_each_dataset_rule([&](const kit::DatasetRule& rule) {
    channel.attempt(of, rule.text.name, [&] { return rule.check(trial.answers()); });
  });
  for (const kit::TargetRule& rule : kit::target_rules) {
    channel.attempt(of, rule.text.name, [&] { return kit::in_every_target(rule, trial.answers()); });
  }
  channel.attempt_all(of, rules_of_datasets().subspan(1), trial);
}

template <class Trial, class Interface, class Factory, class Context>
void try_things(const Asked& asked, Channel& channel, const std::string& id, Kind kind,
                const std::vector<sdk::Provided<Factory>>& all, Context context) {
  for (const sdk::Provided<Factory>& provided : all) {
    const auto make = maker<Interface>(asked, id, kind, provided, context);
    if (!asked.sums.empty()) {
      if (provided.name == asked.sums) channel.say({{"sums", Trial(id, make).checksums()}});
      continue;
    }
    LeavingTrial leaving(channel);
    leaving.make_one = [&] { make(); };
    const std::string of = text_of(kind, provided.name);
    {
      const Trial trial(id, make, [&] { return sums_elsewhere(asked, provided.name); });
      try_rules(channel, of, trial);
    }
    channel.attempt_all(of, rules_of_leaving(), leaving);
  }
}

/// A wrong value of `--option` is its user's mistake, not the plugin's.
void check_given(const Asked& asked, const sdk::Plugin& plugin) {
  for (const OptionTrial& thing : things_of(plugin)) {
    if (plugin::to_text(thing.kind) != asked.part || given_to(thing.specs(), asked.options).empty()) continue;
    try {
      apply_given(asked.options, thing.kind, thing.name, *thing.options());
    } catch (const CannotBeTried&) {
    }
  }
}

void try_part(const Asked& asked, Channel& channel) {
  if (asked.part == "library") return try_library(asked, channel);
  const sdk::Plugin& plugin = plugin::load(asked.file, plugin::identity_of(asked.file)).plugin;
  try {
    check_given(asked, plugin);
  } catch (const MistakesInFile& mistakes) {
    return channel.say({{"mistake", mistakes.what()}});
  }
  if (asked.part == "schedule") {
    try_things<ScheduleTrial, sdk::Schedule>(asked, channel, plugin.id, Kind::schedule, plugin.schedules,
                                             sdk::ScheduleContext{});
  } else {
    try_things<DatasetTrial, sdk::Dataset>(asked, channel, plugin.id, Kind::dataset, plugin.datasets,
                                           sdk::DatasetContext{});
  }
}

int run_child(const Asked& asked) {
  Channel channel(asked.limits);
  try_part(asked, channel);
  channel.done();
  _exit(static_cast<int>(ExitCode::ok));  // destructors of the library are not the check's
}

}  // namespace

void add_child(CLI::App& app, Program& program) {
  const auto asked = std::make_shared<Asked>();
  CLI::App* verb = app.add_subcommand("child", "")->group("");
  verb->add_option("file", asked->file)->required();
  verb->add_option("part", asked->part)->required();
  verb->add_option("--option", asked->options)->allow_extra_args(false);
  verb->add_option("--sums", asked->sums);
  add_limits(*verb, asked->limits);
  add_skip(*verb, asked->limits);
  verb->callback([asked, &program] { program.code = run_child(*asked); });
}

}  // namespace pgt::plugin_tool
