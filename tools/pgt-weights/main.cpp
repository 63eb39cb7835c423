/// pgt-weights: brings weights of other programs, takes ours to them. `pgt-host weights …` runs it.

#include <CLI/CLI.hpp>
#include <string>

#include "base/error.hpp"
#include "base/main_program.hpp"
#include "verbs.hpp"

namespace {

using namespace pgt;

int run(int argc, char** argv) {
  CLI::App app("Brings weights of other programs, and takes ours to them. Nothing in a file is ever executed.",
               "pgt-host weights");
  app.require_subcommand(1);

  std::filesystem::path file;
  CLI::App* inspect = app.add_subcommand("inspect", "list the tensors of a file of weights");
  inspect->add_option("file", file, "safetensors, a file of torch.save, a pickle of Caffe2")->required();

  weights::ImportRequest request;
  CLI::App* import = app.add_subcommand("import", "write weights under the names of a run file's backbone");
  import->add_option("file", request.file, "any file that inspect reads")->required();
  import->add_option("--model", request.model, "run file whose [model] the weights are for, or a run's folder")
      ->required();
  import->add_option("--out", request.out, "file to write, .safetensors")->required();
  import->add_option("--classes", request.classes, "classes of the head, where the run file's videos are not here")
      ->check(CLI::PositiveNumber);
  import->add_flag("--allow-partial", request.allow_partial, "even if under 90 % of the backbone is in the file");
  import->add_option("--plugins", request.plugin_folders, "folder of plugins (also: PGT_PLUGINS)")
      ->allow_extra_args(false);

  std::filesystem::path from, out;
  std::string checkpoint = "best";
  CLI::App* exported = app.add_subcommand("export", "write the weights of a run for other programs");
  exported->add_option("from", from, "a run's folder, a checkpoint, or any file that inspect reads")->required();
  exported
      ->add_option("--out", out, "NAME.safetensors; NAME.pth, a state dict for torch.load; NAME.pyth for PySlowFast")
      ->required();
  exported->add_option("--checkpoint", checkpoint, "of a run's folder")
      ->check(CLI::IsMember({"best", "last"}))
      ->capture_default_str();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& answer) {
    return app.exit(answer) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  if (inspect->parsed()) weights::inspect(file);
  if (import->parsed()) weights::import(request);
  if (exported->parsed()) weights::export_weights(from, checkpoint, out);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return main_program("pgt-weights", [&] { return run(argc, argv); });
}
