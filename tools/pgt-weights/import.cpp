#include <torch/torch.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "match.hpp"
#include "nn/parameters.hpp"
#include "plugin/folders.hpp"
#include "plugin/report.hpp"
#include "plugin/run_file.hpp"
#include "session/session.hpp"
#include "source.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pgt::weights {
namespace {

constexpr double least_coverage = 0.9;
constexpr std::size_t most_names = 10;  ///< of a kind that are printed

/// The network that the run file describes, on the CPU.
std::unique_ptr<sdk::Backbone> open_backbone(const ImportRequest& request) {
  plugin::Registry registry(plugin::plugin_folders(request.plugin_folders), plugin::host_beside_program());
  plugin::report_troubles(registry);
  const bool is_run = std::filesystem::is_directory(request.model);
  const config::RunConfig config =
      plugin::read_run_file(is_run ? plugin::kept_run_file(request.model) : request.model, {"train.device=cpu"},
                            registry, is_run ? config::Author::run : config::Author::user);
  if (request.classes == 0) return session::open_session(config, registry).backbone;

  session::Vocabulary numbers;
  for (std::int64_t i = 0; i < request.classes; ++i) numbers.classes.push_back(std::to_string(i));
  return session::open_session(config, registry, std::move(numbers)).backbone;
}

void print_names(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::printf("  %-15s %5zu tensors\n", what, names.size());
  for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i) std::printf("    %s\n", names[i].c_str());
  if (names.size() > most_names) std::printf("    and %zu more\n", names.size() - most_names);
}

void report(const Match& match) {
  std::int64_t values = 0;
  for (const auto& [name, tensor] : match.loaded) values += tensor.numel();
  std::printf("  %-15s %5zu tensors, %s values: %zu renamed, %zu reshaped, %zu inflated, %zu joined\n", "loaded",
              match.loaded.size(), millions(values).c_str(), match.renamed, match.reshaped, match.inflated,
              match.joined);
  print_names("re-initialised", match.fresh_head);
  print_names("another shape", match.wrong_shape);
  print_names("not finite", match.not_finite);
  print_names("missing", match.missing);
  print_names("left over", match.left_over);
  std::printf("  %.1f %% of the backbone loaded\n", 100 * match.coverage);
}

/// What the new file says of itself: all that the old one did, and where it is from.
std::map<std::string, std::string> describe(const Source& source, const ImportRequest& request) {
  std::map<std::string, std::string> metadata = source.metadata();
  metadata.erase("progress");
  metadata["source"] = request.file.filename().string();
  metadata["source_format"] = source.container();
  return metadata;
}

}  // namespace

void import(const ImportRequest& request) {
  const Source source(request.file);
  const std::unique_ptr<sdk::Backbone> backbone = open_backbone(request);
  const Match found = match(nn::parameters(*backbone), source.weights());
  std::printf("%s: %s, names of %s\n", request.file.c_str(), source.container().c_str(), found.naming.c_str());
  report(found);
  if (!found.not_finite.empty()) {
    throw Error(ExitCode::plugin, request.file.string() +
                                      " holds weights that are no finite numbers, from which "
                                      "nothing can be learnt: take an earlier checkpoint of the same training");
  }
  if (found.coverage < least_coverage && !request.allow_partial) {
    throw Error(ExitCode::plugin, request.file.string() + " does not hold the network that " + request.model.string() +
                                      " describes in [model]; --allow-partial takes what fits all the same");
  }

  nn::TensorFile file{nn::state(*backbone), describe(source, request)};
  for (const auto& [name, tensor] : found.loaded) file.tensors[name] = tensor;
  for (const nn::Parameter& parameter : nn::parameters(*backbone)) {
    // What training starts anew is drawn by the run's own seed.
    if (parameter.role == sdk::Role::head && !found.loaded.contains(parameter.name)) file.tensors.erase(parameter.name);
  }
  nn::write_safetensors(request.out, file);
  std::printf("written: %s. To start from it: [train] init = \"%s\"\n", request.out.c_str(), request.out.c_str());
}

}  // namespace pgt::weights
