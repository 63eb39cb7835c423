#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/programs.hpp"
#include "cli/torch_folder.hpp"
#include "cli/verbs.hpp"
#include "plugin/folders.hpp"
#include "run/terminal_bar.hpp"

namespace pgt::cli {
namespace {

namespace fs = std::filesystem;

std::string version_text() {
  return "pgt-host " PGT_VERSION " (SDK " + std::to_string(PGT_SDK_VERSION_MAJOR) + "." +
         std::to_string(PGT_SDK_VERSION_MINOR) + ")\n";
}

/// Whether the first word, which is not one of our own verbs, is a run file, as in the bare form `pgt-host run.toml`.
bool is_run_file(const std::string& word, const std::vector<std::string>& programs) {
  if (word.ends_with(".toml") || word.find('/') != std::string::npos) return true;
  std::error_code ignored;
  return fs::is_regular_file(word, ignored) && std::ranges::count(programs, word) == 0;
}

class Help final : public CLI::Formatter {
 public:
  explicit Help(std::string usage) : usage_(std::move(usage)) {}
  std::string make_usage(const CLI::App*, std::string) const override { return "\nUsage: " + usage_ + "\n"; }
  std::string make_positionals(const CLI::App*) const override { return ""; }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_name().empty() ? "" : " " + option->get_type_name();
  }

 private:
  std::string usage_;
};

std::string unknown_argument(const CLI::App& app, const std::string& argument) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  std::string text = "unknown argument " + argument;
  const std::string suggestion = did_you_mean(argument.substr(0, argument.find('=')), flags);
  if (!suggestion.empty()) text += ": " + suggestion;
  return text + "\nsee " + app.get_name() + " --help";
}

/// Parses, with CLI11's complaints in our words. Returns what --help prints, or "".
std::string parse(CLI::App& app, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return app.help();
  } catch (const CLI::ExtrasError&) {
    throw Error(ExitCode::usage, unknown_argument(app, app.remaining().front()));
  } catch (const CLI::ParseError& error) {
    throw Error(ExitCode::usage, std::string(error.what()) + "\nsee " + app.get_name() + " --help");
  }
  return "";
}

void add_plugins(CLI::App& app, Command& command) {
  app.add_option("--plugins", command.plugin_folders, "folder with plugins; can be repeated (also: PGT_PLUGINS)")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_flag("--safe-mode", command.safe_mode,
               "only the plugins that came with pgt-host: leave out those of --plugins and PGT_PLUGINS");
}

void add_run_options(CLI::App& app, Command& command) {
  app.add_option("--set", command.overrides, "overrides a key of the run file; can be repeated")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        return text.find('=') != std::string::npos ? "" : "\"" + text + "\" is not SECTION.KEY=VALUE";
      });
  app.add_flag("-q,--quiet", command.quiet, "print only warnings and errors");
  app.add_flag_callback(
      "--no-progress", [&command] { command.progress = false; }, "no progress bar");
  app.add_flag_callback(
      "--no-color", [&command] { command.color = false; }, "no colors (also: NO_COLOR)");
}

/// What has nothing to do with a run would not look at them.
void refuse_run_options(const CLI::App& app, const std::string& verb) {
  for (const char* option : {"--set", "--quiet", "--no-progress", "--no-color"}) {
    if (app.count(option) > 0) throw Error(ExitCode::usage, "pgt-host " + verb + " does not take " + option);
  }
}

/// Integers from 1 on.
const CLI::Validator& from_one() {
  static const CLI::Validator validator(
      [](std::string& text) {
        const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        return number && text.find_first_not_of('0') != std::string::npos ? ""
                                                                          : "\"" + text + "\" does not count from 1";
      },
      "");
  return validator;
}

/// Files that are written: a video that stands where an option's value was forgotten would be lost.
CLI::Validator ends_in(const std::string& suffix) {
  return {[suffix](std::string& name) {
            return fs::path(name).extension() == suffix ? "" : "\"" + name + "\" does not end in " + suffix;
          },
          ""};
}

/// The empty value of a variable that is not set is no place for a result.
CLI::Validator not_empty() {
  return {[](std::string& text) { return text.empty() ? "must not be empty" : ""; }, ""};
}

void add_plan_options(CLI::App& app, Command& command) {
  app.add_option("--epoch", command.epoch, "epoch of the training, from 1 (default: 1)")
      ->type_name("N")
      ->check(from_one());
  app.add_option("--iteration", command.iteration, "iteration of the epoch, from 1 (default: 1)")
      ->type_name("N")
      ->check(from_one());
  app.add_option("--pathways", command.ratios,
                 "frame rates of the network's pathways, as multiples of the slowest (default: 1)")
      ->type_name("RATIO,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(from_one());
  app.add_option("--svg", command.svg, "file for a picture of the steps")->type_name("PATH")->check(not_empty());
}

void add_verb_options(CLI::App& app, const Verb& verb, Command& command) {
  add_plugins(app, command);
  if (verb.runs) add_run_options(app, command);
  if (verb.has_checkpoint) {
    app.add_option("--checkpoint", command.checkpoint,
                   "which weights to use: best, last, one that run.keep_every kept, or a "
                   "checkpoint's file (default: best or, before the first evaluation, last)")
        ->type_name("NAME|FILE")
        ->check(not_empty());
    app.add_option("--weights", command.weights,
                   "the average of the weights or those of the last update (default: the average, if the run has one)")
        ->type_name("average|raw")
        ->check(CLI::IsMember({"average", "raw"}).description(""));
    app.add_option_function<std::string>(
           "--precision",
           [&command](const std::string& name) { command.overrides.push_back("train.precision=" + name); },
           "numbers to compute in (default: those of the training)")
        ->type_name("fp32|tf32|bf16|fp16")
        ->check(CLI::IsMember({"fp32", "tf32", "bf16", "fp16"}).description(""));
  }
  if (*verb.output_help != '\0') {
    app.add_option(verb.output_flags, command.output, verb.output_help)->type_name("PATH")->check(not_empty());
  }
  if (verb.has_split) {
    app.add_option("--split", command.split, "which videos to use (default: val)")
        ->type_name("train|val|test")
        ->check(CLI::IsMember({"train", "val", "test"}).description(""));
  }
  if (verb.predicts) {
    app.add_option(
           "--format", command.format,
           "of the predictions (default: what the file's suffix says; else a table on a terminal, csv elsewhere)")
        ->type_name("table|csv|json")
        ->check(CLI::IsMember({"table", "csv", "json"}).description(""));
    app.add_option("--scores", command.scores,
                   "of a network that scores moments: every moment's probabilities as an array (moments, classes); its "
                   "seconds go to FILE.times.npy")
        ->type_name("FILE.npy")
        ->check(ends_in(".npy"));
    app.add_option("--overlay", command.overlay,
                   "of a network that scores moments: the video with the classes, their probabilities and a timeline "
                   "drawn under it; the sound is kept")
        ->type_name("FILE.mp4")
        ->check(ends_in(".mp4"));
    app.add_flag(
        "--realtime", command.realtime,
        "of a live stream: drop the oldest frames, and count them, where the network is slower than the stream");
  }
  if (verb.has_trace) {
    app.add_option(
           "--trace", command.trace,
           "file for the times of decoding, forward, backward and update, to be opened with chrome://tracing or "
           "Perfetto")
        ->type_name("FILE.json")
        ->check(ends_in(".json"));
  }
  if (verb.resumes) {
    app.add_option("--checkpoint", command.checkpoint,
                   "checkpoint to go back to: previous (the one before the last), best, one that run.keep_every kept, "
                   "or a checkpoint's file (default: last)")
        ->type_name("NAME|FILE")
        ->check(not_empty());
    app.add_flag("--strict", command.strict,
                 "refuse, instead of warn, where a plugin is another build than the run was trained with");
  }
  if (verb.has_probe) {
    app.add_flag("--probe", command.probe, "also train on one batch, the largest of the run, and measure its memory");
  }
  if (verb.has_json) app.add_flag("--json", command.json, "print JSON");
  if (verb.has_plan) add_plan_options(app, command);

  if (verb.most_arguments > 0) app.add_option(verb.arguments, command.arguments);
}

void check_count(const Verb& verb, const std::vector<std::string>& arguments) {
  if (arguments.size() >= verb.least_arguments && arguments.size() <= verb.most_arguments) return;
  const std::string name = std::string("pgt-host ") + verb.name;
  throw Error(ExitCode::usage, std::string(verb.name) + " takes " + verb.arguments + ", but got " +
                                   (arguments.empty() ? "nothing" : join(arguments, " ")) + "\nsee " + name +
                                   " --help");
}

/// All folders where plugins are looked for; of those that are not the host's own, --safe-mode leaves out.
void choose_folders(Command& command) {
  std::vector<fs::path>& folders = command.plugin_folders;
  folders = plugin::plugin_folders(std::move(folders));
  if (!command.safe_mode) return;
  std::erase_if(folders, [&](const fs::path& folder) {
    std::error_code ignored;
    if (fs::equivalent(folder, plugin::own_plugin_folder(), ignored)) return false;
    command.left_out.push_back(folder);
    return true;
  });
}

Request parse_verb(const Verb& verb, Command command, std::vector<std::string> arguments) {
  CLI::App app(verb.summary, "pgt-host " + std::string(verb.name));
  app.formatter(std::make_shared<Help>(app.get_name() + " [OPTIONS] " + verb.arguments));
  app.footer("Examples:\n" + std::string(verb.examples));
  add_verb_options(app, verb, command);
  // CLI11 starts a new list for each parse: what came before the verb is put back in front.
  const Command before = command;
  command.plugin_folders.clear();
  command.overrides.clear();
  if (const std::string help = parse(app, std::move(arguments)); !help.empty()) return Answer{help};
  check_count(verb, command.arguments);
  command.plugin_folders.insert(command.plugin_folders.begin(), before.plugin_folders.begin(),
                                before.plugin_folders.end());
  command.overrides.insert(command.overrides.begin(), before.overrides.begin(), before.overrides.end());
  choose_folders(command);
  return command;
}

}  // namespace

std::vector<std::string> host_verbs() {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.emplace_back(verb.name);
  return names;
}

Request parse_command_line(std::vector<std::string> arguments) {
  Command command;
  command.color = run::environment_allows_color();

  CLI::App front("Trains video networks on long videos, step by step.", "pgt-host");
  const std::vector<std::string> programs = programs_beside_host();
  front.footer(overview(programs));
  front.formatter(std::make_shared<Help>("pgt-host [OPTIONS] RUN.toml\n       pgt-host [OPTIONS] VERB ..."));
  front.prefix_command();  // the verb and all that follows are left alone
  bool version = false;
  front.add_flag("--version", version, "print the versions of the host and the SDK");
  bool torch_dir = false;
  front.add_flag("--torch-dir", torch_dir, "print the folder of LibTorch");
  add_plugins(front, command);
  add_run_options(front, command);
  if (const std::string help = parse(front, std::move(arguments)); !help.empty()) return Answer{help};
  if (version) return Answer{version_text()};
  if (torch_dir) return Answer{torch_folder().string() + "\n"};

  std::vector<std::string> rest = front.remaining();
  if (rest.empty()) throw Error(ExitCode::usage, "name a run file or a verb; see pgt-host --help");
  if (rest.front().starts_with('-')) throw Error(ExitCode::usage, unknown_argument(front, rest.front()));

  command.verb = rest.front();
  const Verb* verb = find_verb(command.verb);
  if (verb == nullptr && is_run_file(command.verb, programs)) {
    command.verb = "train";
    return parse_verb(*find_verb("train"), std::move(command), std::move(rest));
  }
  rest.erase(rest.begin());
  if (command.verb == "data" && !rest.empty() && rest.front() == "preview") {  // it needs plugins, as no data verb does
    command.verb = "preview";
    verb = find_verb(command.verb);
    rest.erase(rest.begin());
  }
  const bool runs = verb != nullptr ? verb->runs : std::ranges::count(programs, command.verb) == 0;
  if (!runs) refuse_run_options(front, command.verb);  // of an unknown verb something else is said
  if (verb != nullptr) return parse_verb(*verb, std::move(command), std::move(rest));

  choose_folders(command);
  return Program{command.verb, std::move(rest), std::move(command.plugin_folders), std::move(command.left_out)};
}

}  // namespace pgt::cli
