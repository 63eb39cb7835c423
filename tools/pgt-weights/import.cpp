#include <torch/torch.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "families.hpp"
#include "match.hpp"
#include "network.hpp"
#include "nn/finite.hpp"
#include "nn/parameters.hpp"
#include "recognise.hpp"
#include "report.hpp"
#include "source.hpp"
#include "verbs.hpp"

namespace pgt::weights {
namespace {

constexpr double least_coverage = 0.9;

std::set<std::string> names_of(const std::vector<nn::Parameter>& backbone) {
  std::set<std::string> names;
  for (const nn::Parameter& parameter : backbone) names.insert(parameter.name);
  return names;
}

bool holds_the_network(const Match& match) { return match.coverage >= least_coverage && match.wrong_shape.empty(); }

/// The family that we do not have, where little of the backbone is in the file and it is of such a one.
std::string family(const Source& source, const ModelSection& section, const Match& match) {
  constexpr double little = 0.5;
  if (match.coverage >= little) return "";
  const std::string foreign = foreign_family(source.tensors());
  return foreign.empty() ? section.foreign : foreign;
}

/// Why the file does not hold the network: as much of it as is known.
std::string reason(const std::string& foreign, const ModelSection& section, const WeightSet& set, const Match& match,
                   const std::string& a_name) {
  if (!foreign.empty())
    return ": it is a network of the family " + foreign + ", which pgt-host does not have. " + how_to_bring;
  if (!match.loaded.empty() || !section.lines.empty()) return "";
  return ": none of its names, as " + printable(set.tensors.front().name) + ", is one of this network's, as " + a_name;
}

/// What the new file says about itself: all that the old one did, and where it is from.
std::map<std::string, std::string> describe(const Source& source, const ImportRequest& request,
                                            const Network& network) {
  std::map<std::string, std::string> metadata = source.metadata();
  metadata.erase("progress");
  metadata["source"] = request.file.filename().string();
  metadata["source_format"] = source.container();
  const bool given = !request.classes.empty() && !network.classes.empty();
  if (given) metadata["classes"] = nlohmann::json(network.classes).dump();
  return metadata;
}

void write(const ImportRequest& request, const Network& network, const Source& source, const Match& found) {
  nn::TensorFile file{nn::state(*network.backbone), describe(source, request, network)};
  for (const auto& [name, tensor] : found.loaded) file.tensors[name] = tensor;
  for (const nn::Parameter& parameter : nn::parameters(*network.backbone)) {
    // What training starts from scratch is drawn by the run's own seed.
    if (parameter.role == sdk::Role::head && !found.loaded.contains(parameter.name)) file.tensors.erase(parameter.name);
  }
  nn::write_safetensors(request.out, file);
  std::printf("written: %s. To start from it: [train] init = \"%s\"\n", request.out.c_str(), request.out.c_str());
}

}  // namespace

void import(const ImportRequest& request) {
  if (request.out.extension() != ".safetensors") {
    throw Error(ExitCode::usage, "--out " + request.out.string() + ": the name must end with .safetensors");
  }
  refuse_place_of_checkpoints(request.out);
  for (const std::filesystem::path& input : {request.file, request.model, std::filesystem::path(request.classes)}) {
    check_output_is_not(request.out, input);
  }
  const Source source(request.file);
  const Network network = open_network(request);
  const std::vector<nn::Parameter> backbone = nn::parameters(*network.backbone);
  const std::set<std::string> names = names_of(backbone);
  const std::vector<WeightSet> sets = source.sets(names);
  const WeightSet& set = choose(sets, request.weights);
  const Naming& naming = *recognise(set.tensors, names).naming;
  const Match found = match(backbone, set.tensors, naming);

  std::printf("%s: %s, names of %s\n", request.file.c_str(), source.container().c_str(), naming.label().c_str());
  if (const std::string choice = describe_choice(sets, set); !choice.empty()) std::printf("  %s\n", choice.c_str());
  print_match(found);
  print_names("also in the file", source.beside(sets));
  const ModelSection section = read_model(set.tensors, *recognise(set.tensors, {}).naming);
  const bool all_fits = holds_the_network(found) && found.missing.empty() && found.left_over.empty();
  const std::string foreign = family(source, section, found);
  if (foreign.empty()) print_differences(section, network.model, all_fits);
  if (!source.metadata().contains("classes")) print_rows(found, backbone, network.classes);

  nn::check_finite(found.loaded, request.file.string());
  if (!holds_the_network(found) && !request.allow_partial) {
    throw Error(ExitCode::plugin, request.file.string() + " does not hold the network that " + request.model.string() +
                                      " describes in [model]" +
                                      reason(foreign, section, set, found, backbone.front().name) +
                                      "; --allow-partial takes what fits all the same");
  }
  write(request, network, source, found);
}

}  // namespace pgt::weights
