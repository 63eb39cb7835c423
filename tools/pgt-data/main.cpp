/// pgt-data: work on data sets without a model. `pgt-host data …` runs it.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "base/error.hpp"
#include "base/text.hpp"
#include "inspect.hpp"
#include "synth.hpp"

namespace {

using namespace pgt;

int answer(int argc, char** argv) {
  CLI::App app("Works on data sets without a model.", "pgt-data");
  app.require_subcommand(1);
  int code = 0;
  data::add_synth(app);
  data::add_inspection(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& end) {
    return app.exit(end) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int code = answer(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw Error(ExitCode::io, "what was to be printed could not be written: is there room?");
    }
    return code;
  } catch (const Error& error) {
    std::fprintf(stderr, "pgt-data: %s\n", indented(printable(error.what())).c_str());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pgt-data: %s\n", indented(printable(error.what())).c_str());
    return static_cast<int>(ExitCode::failure);
  }
}
