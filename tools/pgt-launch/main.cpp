/// pgt-launch: trains a run with several processes of this machine. `pgt-host launch …` runs it.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "base/command_answer.hpp"
#include "base/error.hpp"
#include "base/main_program.hpp"
#include "launch.hpp"

namespace {

using namespace pgt;

/// The run file or the verb, which options may precede; empty: there is none.
std::string first_word(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("-")) return words[i];
    if (words[i] == "--plugins" || words[i] == "--set") ++i;
  }
  return "";
}

/// Each process would do all of it.
void refuse_other_verbs(const std::vector<std::string>& words) {
  const std::string word = first_word(words);
  const bool shared = word.empty() || word == "train" || word == "resume" || word == "eval";
  if (shared || word.ends_with(".toml") || std::filesystem::is_regular_file(word)) return;
  throw Error(ExitCode::usage,
              "\"" + word +
                  "\" is neither a run file nor a verb that processes share: give a run file, resume RUN or "
                  "eval RUN after --nproc N");
}

int run(int argc, char** argv) {
  CLI::App app(
      "Trains a run with several processes on this machine, one per GPU or per share of the cores: starts N copies of "
      "pgt-host with the arguments that follow, forwards signals to them, and ends them all if one fails.",
      "pgt-host launch");
  app.footer(
      "Examples:\n"
      "  pgt-host launch --nproc 2 run.toml\n"
      "  pgt-host launch --nproc 4 run.toml --set train.epochs=2\n"
      "  pgt-host launch --nproc 2 resume runs/run\n"
      "  pgt-host launch --nproc 2 eval runs/run\n"
      "On several machines: torchrun --no-python pgt-host run.toml, srun or mpirun (docs/many-devices.md).\n");
  int ranks = 0;
  app.add_option("--nproc", ranks, "processes to start")->type_name("N")->check(CLI::Range(1, 1024))->required();
  app.prefix_command();  // what follows is the host's
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& answer) {
    return command_answer(app, answer);
  }
  if (app.remaining().empty()) {
    throw Error(ExitCode::usage, "name a run file or a verb after --nproc N; see pgt-host launch --help");
  }
  refuse_other_verbs(app.remaining());
  return launch::run_ranks(ranks, app.remaining());
}

}  // namespace

int main(int argc, char** argv) {
  return main_program("pgt-host launch", [&] { return run(argc, argv); });
}
