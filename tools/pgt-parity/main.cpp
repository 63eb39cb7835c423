/// Compares this project's networks and carry, number by number, with a golden file of the reference implementation; or
/// its metrics of moments with those of published evaluators.
#include <dlfcn.h>
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/command_answer.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/glob.hpp"
#include "base/main_program.hpp"
#include "compare.hpp"
#include "dense_metrics.hpp"
#include "execute.hpp"
#include "golden_case.hpp"
#include "network_options.hpp"
#include "nn/guarded_backbone.hpp"
#include "optimizer_cases.hpp"
#include "parameter_list.hpp"
#include "plugin/folders.hpp"
#include "plugin/registry.hpp"
#include "plugin/report.hpp"
#include "session/device.hpp"

namespace pgt::parity {
namespace {

struct Arguments {
  std::filesystem::path file;
  std::vector<std::string> only;
  std::vector<std::filesystem::path> plugins;
  std::string device = "auto";
};

bool wanted(const std::string& id, const std::vector<std::string>& globs) {
  return globs.empty() ||
         std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return matches_glob(glob, id); });
}

/// One row: the case, the precision, every kind's largest difference (of counts only where they differ), and where
/// those over tolerance are.
bool report(const std::string& id, const char* precision, const std::vector<Difference>& differences) {
  const bool ok = std::all_of(differences.begin(), differences.end(), [](const Difference& d) { return d.within(); });
  std::printf("%-38s %s %-4s", id.c_str(), precision, ok ? "ok" : "FAIL");
  for (const Difference& difference : differences) {
    if (difference.is_count && difference.within()) continue;
    std::printf("  %s %.1e", difference.kind.c_str(), difference.value);
    if (!difference.within()) std::printf(" (at most %.1e; %s)", difference.tolerance, difference.where.c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
  return ok;
}

/// What parameters.json beside the golden file holds; nothing where there is none.
nlohmann::json parameter_lists(const std::filesystem::path& golden) {
  const std::filesystem::path file = golden.parent_path() / "parameters.json";
  return std::filesystem::exists(file) ? nlohmann::json::parse(read_file(file)).at("lists") : nlohmann::json::object();
}

bool run_case(const nlohmann::json& source, const nlohmann::json& lists, plugin::Registry& registry,
              c10::Device device) {
  bool ok = true;
  try {
    const std::string name = backbone_name(source.at("backbone"));
    const auto options = registry.options(plugin::Kind::backbone, name);
    set_options(source.at("backbone"), *options);
    const Case golden = read_case(source);
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      const bool tight = precision == Precision::float64;
      const auto backbone = nn::make_backbone(registry, name, *options, {golden.classes}, 0);
      const auto list = lists.find(source.value("parameter_list", ""));
      if (tight && list != lists.end()) compare_with_list(*backbone, *list);
      const Execution execution = execute(golden, *backbone, device, tight ? torch::kDouble : torch::kFloat);
      ok &= report(golden.id, tight ? "float64" : "float32", compare(golden, execution, precision));
    }
  } catch (const std::exception& error) {
    std::printf("%-38s         FAIL  %s\n", source.at("id").get<std::string>().c_str(), error.what());
    ok = false;
  }
  return ok;
}

/// How many cases there were, and how many of them failed.
struct Tally {
  int cases = 0;
  int failed = 0;

  int answer(const Arguments& arguments, const std::string& where) const {
    std::printf("%d cases%s, %d failed\n", cases, where.c_str(), failed);
    if (cases == 0) throw Error(ExitCode::usage, "no case of " + arguments.file.string() + " matches --only");
    return failed == 0 ? 0 : static_cast<int>(ExitCode::failure);
  }
};

/// One row for a comparison; what it throws is one too.
template <class Compare>
bool compared(const std::string& id, Compare&& compare) {
  try {
    return report(id, "float64", compare());
  } catch (const std::exception& error) {
    std::printf("%-38s         FAIL  %s\n", id.c_str(), error.what());
    return false;
  }
}

int run_dense(const Arguments& arguments, const nlohmann::json& golden) {
  Tally tally;
  for (const char* part : dense_parts) {
    for (const nlohmann::json& source : golden.value(part, nlohmann::json::array())) {
      const std::string id = source.at("id");
      if (!wanted(id, arguments.only)) continue;
      ++tally.cases;
      tally.failed += compared(id, [&] { return compare_dense(part, source); }) ? 0 : 1;
    }
  }
  return tally.answer(arguments, "");
}

int run_optimizers(const Arguments& arguments, const nlohmann::json& golden) {
  Tally tally;
  const auto add = [&](const std::string& id, auto&& compare) {
    if (!wanted(id, arguments.only)) return;
    ++tally.cases;
    tally.failed += compared(id, compare) ? 0 : 1;
  };
  for (const nlohmann::json& source : golden.value("cases", nlohmann::json::array())) {
    add(source.at("id"), [&] { return compare_optimizer(source); });
  }
  for (const nlohmann::json& table : golden.value("learning_rates", nlohmann::json::array())) {
    add(table_id(table), [&] { return compare_learning_rates(table); });
  }
  return tally.answer(arguments, "");
}

int run(const Arguments& arguments) {
  const nlohmann::json golden = nlohmann::json::parse(read_file(arguments.file));
  if (golden.value("group", "") == "dense") return run_dense(arguments, golden);
  if (golden.value("group", "") == "optimizers") return run_optimizers(arguments, golden);
  const c10::Device device = session::choose_device(arguments.device);
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setAllowTF32CuDNN(false);
  plugin::Registry registry(plugin::plugin_folders(arguments.plugins), plugin::host_beside_program());
  plugin::report_troubles(registry);

  const nlohmann::json lists = parameter_lists(arguments.file);
  Tally tally;
  for (const nlohmann::json& source : golden.at("cases")) {
    if (!wanted(source.at("id"), arguments.only)) continue;
    ++tally.cases;
    tally.failed += run_case(source, lists, registry, device) ? 0 : 1;
  }
  return tally.answer(arguments, " on " + device.str());
}

/// Reads the command line and compares.
int answer(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Compares every case of a golden file with what the plugins and the carry compute", "pgt-parity");
  app.add_option("file", arguments.file, "golden file")->required()->check(CLI::ExistingFile);
  app.add_option("--only", arguments.only, "cases whose id matches one of these patterns (* and ?)");
  app.add_option("--plugins", arguments.plugins, "folders of plugins (default: PGT_PLUGINS, then plugins beside this)");
  app.add_option("--device", arguments.device, "auto, cpu, cuda or cuda:N");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return command_answer(app, error);
  }
  // CUDA registers itself when its library is loaded; without a GPU the library may be missing.
  if (arguments.device != "cpu") dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL);
  return run(arguments);
}

}  // namespace
}  // namespace pgt::parity

int main(int argc, char** argv) {
  return pgt::main_program("pgt-parity", [&] { return pgt::parity::answer(argc, argv); });
}
