// `pgt-host eval RUN`: scores a split with a run's checkpoint and writes RUN/eval/SPLIT_CHECKPOINT/.

#include <cstdio>
#include <map>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "cli/engine/company.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "eval/report.hpp"
#include "session/describe.hpp"
#include "session/session.hpp"

namespace pgt::cli {
namespace {

/// Of --split, which takes these three.
sdk::Split split_of(const std::string& text) {
  if (text == "train") return sdk::Split::train;
  return text == "val" ? sdk::Split::val : sdk::Split::test;
}

/// What decides first, and the loss last. Accuracies are in percent, precisions and losses are not.
void print_summary(std::map<std::string, double> values, const std::string& main_metric) {
  const auto print = [](const std::string& name, double value) {
    const bool percent = name.starts_with("top") || name.starts_with("f1@") || name == "mean_class_accuracy" ||
                         name == "accuracy" || name == "edit";
    std::printf("%-20s %s\n", name.c_str(), percent ? (fixed(value, 1) + " %").c_str() : fixed(value, 4).c_str());
  };
  const auto loss = values.extract("loss");
  const auto main = values.extract(main_metric);
  print(main.key(), main.mapped());
  for (const auto& [name, value] : values) print(name, value);
  if (loss) print(loss.key(), loss.mapped());
}

int evaluate(const Command& command, const config::RunConfig& config, plugin::Registry& registry, dist::Group& group) {
  const std::filesystem::path run = command.arguments.at(0);
  const std::filesystem::path checkpoint = checkpoint_of(run, command.checkpoint);
  if (command.output.empty() && !is_checkpoint_of(run, checkpoint)) {
    throw Error(ExitCode::usage, "--checkpoint " + checkpoint.string() + " is not a checkpoint of " + run.string() +
                                     ": say with -o in which folder its figures belong");
  }
  const sdk::Split split = split_of(command.split);
  session::Session session = session::open_session(config, registry);
  session.ranks = &group;
  if (!group.alone()) check_same_run(group, session::describe_run(session, registry, config.run.name));
  const bool averaged = load_weights(session, checkpoint, command);
  if (session.dataset->size(split) == 0) {
    throw Error(ExitCode::data, "the dataset has no videos in its split \"" + command.split + "\"");
  }

  const std::filesystem::path folder =
      command.output.empty() ? run / "eval" / (command.split + "_" + checkpoint.stem().string()) : command.output;
  if (group.first()) {  // before the work, so that it is not lost for lack of a place
    make_folder(folder);
    check_output(folder / "metrics.json");
  }
  eval::Evaluation evaluation =  // the counter is gone from the terminal when there is a result
      evaluate_split(session, split, command.split,
                     group.first() ? clip_counter(command, "scored") : session::ClipProgress());
  if (!group.first()) return static_cast<int>(ExitCode::ok);
  evaluation.protocol.settings = command.overrides;

  const bool whole = config.eval.crops == config::EvalOptions::whole_picture;
  std::printf("%-20s %s, %s%s, n = %zu/%zu, %s x %s\n", "split", command.split.c_str(),
              averaged ? "average of the weights in " : "", checkpoint.filename().c_str(), evaluation.scored.size(),
              evaluation.videos.size(), counted(config.eval.views, "view").c_str(),
              whole ? "whole pictures" : counted(config.eval.crops, "crop").c_str());
  for (const run::BadFile& file : evaluation.missing) {
    std::printf("%-20s %s: %s\n", "missing", printable_name(file.path).c_str(), printable_name(file.reason).c_str());
  }
  if (evaluation.scored.empty()) throw Error(ExitCode::data, "none of the videos could be scored");
  const std::map<std::string, double> metrics = eval::summarise(evaluation);
  eval::write_evaluation(folder, evaluation, metrics);
  print_summary(metrics, eval::main_metric(evaluation));
  std::printf("%-20s %s\n", "written", printable_name(folder.string()).c_str());
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

int run_eval(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  const std::unique_ptr<dist::Group> group = join_company(config);
  return in_company(*group, [&] { return evaluate(command, config, registry, *group); });
}

}  // namespace pgt::cli
