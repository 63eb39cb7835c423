/// pgt-weights: brings weights of other programs, takes ours to them. `pgt-host weights …` runs it.

#include <CLI/CLI.hpp>
#include <string>

#include "base/command_answer.hpp"
#include "base/main_program.hpp"
#include "base/process_setup.hpp"
#include "verbs.hpp"

namespace {

using namespace pgt;

int run(int argc, char** argv) {
  CLI::App app("Imports weights from other programs and exports ours to them. Nothing in a file is ever executed.",
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
  import->add_option("--classes", request.classes,
                     "classes of the head, where the run file's videos are not here: how many, or a file with a name a "
                     "line in the order of the weights' rows");
  import->add_option("--weights", request.weights,
                     "the set to take where the file holds several, such as a moving average");
  import->add_flag("--allow-partial", request.allow_partial,
                   "take what fits, even if tensors have other shapes or under 90 % of the backbone is in the file");
  import->add_option("--plugins", request.plugin_folders, "folder of plugins (also: PGT_PLUGINS)")
      ->allow_extra_args(false);

  weights::ExportRequest taken;
  CLI::App* exported = app.add_subcommand("export", "write the weights of a run for other programs");
  exported->add_option("from", taken.from, "a run's folder, a checkpoint, or any file that inspect reads")->required();
  exported
      ->add_option("--out", taken.out,
                   "NAME.safetensors; NAME.pth, a state dict for torch.load; NAME.pyth for PySlowFast")
      ->required();
  exported->add_option("--weights", taken.weights,
                       "the set to take where the file holds several: average (the default) or raw of a run that has "
                       "an average");
  exported
      ->add_option("--checkpoint", taken.checkpoint,
                   "of a run's folder: best, last or one that run.keep_every kept (default: best or, before the first "
                   "evaluation, last)")
      ->type_name("NAME");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& answer) {
    return command_answer(app, answer);
  }
  require_current_folder();
  if (inspect->parsed()) weights::inspect(file);
  if (import->parsed()) weights::import(request);
  if (exported->parsed()) weights::export_weights(taken);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return main_program("pgt-weights", [&] { return run(argc, argv); });
}
