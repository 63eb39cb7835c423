/// pgt-data: work on datasets without a model. `pgt-host data …` runs it.

#include <CLI/CLI.hpp>

#include "base/command_answer.hpp"
#include "base/main_program.hpp"
#include "inspect.hpp"
#include "synth.hpp"

namespace {

using namespace pgt;

int answer(int argc, char** argv) {
  CLI::App app("Works on datasets without a model.", "pgt-data");
  app.require_subcommand(1);
  int code = 0;
  data::add_synth(app);
  data::add_inspection(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    return command_answer(app, end);
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  return main_program("pgt-data", [&] { return answer(argc, argv); });
}
