// `pgt-host eval RUN`: scores a split with a run's checkpoint and writes RUN/eval/SPLIT_CHECKPOINT/.

#include <cstdio>

#include "base/error.hpp"
#include "cli/engine/score.hpp"
#include "cli/engine/verbs.hpp"
#include "eval/report.hpp"
#include "session/session.hpp"

namespace pgt::cli {
namespace {

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error(ExitCode::io, "cannot make the folder " + folder.string() + ": " + error.message());
}

sdk::Split split_of(const std::string& text) {
  if (text == "train") return sdk::Split::train;
  if (text == "val") return sdk::Split::val;
  if (text == "test") return sdk::Split::test;
  throw Error(ExitCode::usage, "--split " + text + ": use train, val or test");
}

}  // namespace

int run_eval(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  const std::filesystem::path run = command.arguments.at(0);
  const std::filesystem::path checkpoint = checkpoint_of(run, command.checkpoint);
  const sdk::Split split = split_of(command.split);
  session::Session session = session::open_session(config, registry);
  session::load_weights(session, checkpoint);
  if (session.dataset->size(split) == 0) {
    throw Error(ExitCode::data, "the data set has no videos in its split \"" + command.split + "\"");
  }

  const std::filesystem::path folder =
      command.output.empty() ? run / "eval" / (command.split + "_" + checkpoint.stem().string()) : command.output;
  make_folder(folder);  // before the work, so that it is not lost for a place that is not there
  const eval::Evaluation evaluation = evaluate_split(session, split, command.split, clip_counter(command, "scored"));
  eval::write_evaluation(folder, evaluation);

  const bool whole = config.eval.crops == config::EvalOptions::whole_picture;
  std::printf("split  %s, %s, n = %zu/%zu, %lld views x %s\n", command.split.c_str(), checkpoint.filename().c_str(),
              evaluation.scored.size(), evaluation.videos.size(), static_cast<long long>(config.eval.views),
              whole ? "whole pictures" : (std::to_string(config.eval.crops) + " crops").c_str());
  for (const run::BadFile& file : evaluation.missing) {
    std::printf("missing  %s: %s\n", file.path.c_str(), file.reason.c_str());
  }
  if (evaluation.scored.empty()) throw Error(ExitCode::data, "none of the videos could be scored");
  for (const auto& [name, value] : eval::summarise(evaluation)) {
    std::printf("%-20s %.4f\n", name.c_str(), value);
  }
  std::printf("written  %s\n", folder.c_str());
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
