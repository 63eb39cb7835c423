#include <torch/torch.h>

#include <cstdio>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/engine/score.hpp"
#include "nn/finite.hpp"
#include "nn/safetensors.hpp"
#include "source.hpp"
#include "state_dict.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pgt::weights {

void export_weights(const ExportRequest& request) {
  const std::filesystem::path& out = request.out;
  const std::string ending = out.extension().string();
  if (ending != ".safetensors" && ending != ".pth" && ending != ".pyth") {
    throw Error(ExitCode::usage, "--out " + out.string() + ": the name must end with .safetensors, .pth or .pyth");
  }
  refuse_place_of_checkpoints(out);
  const bool is_run = std::filesystem::exists(request.from / "run.toml");
  const std::filesystem::path from = is_run ? cli::checkpoint_of(request.from, request.checkpoint) : request.from;
  check_output_is_not(out, from);
  const Source source(from);
  const std::vector<WeightSet> sets = source.sets();
  const WeightSet& set = choose(sets, request.weights);
  nn::TensorFile file;
  for (const NamedTensor& tensor : set.tensors) file.tensors[tensor.name] = to_torch(tensor.tensor);
  nn::check_finite(file.tensors, from.string());
  file.metadata = source.metadata();
  file.metadata.erase("progress");
  if (ending == ".safetensors") {
    nn::write_safetensors(out, file);
  } else {
    std::vector<NamedTensor> tensors;
    for (const auto& [name, tensor] : file.tensors) tensors.push_back({"", name, from_torch(tensor)});
    write_state_dict(out, tensors, ending == ".pyth" ? "model_state" : "");
  }
  std::int64_t values = 0;
  for (const auto& [name, tensor] : file.tensors) values += tensor.numel();
  std::printf("%s: %zu tensors, %s values\n", out.c_str(), file.tensors.size(), millions(values).c_str());
  if (const std::string choice = describe_choice(sets, set); !choice.empty()) std::printf("  %s\n", choice.c_str());
  std::size_t others = source.tensors().size();
  for (const WeightSet& other : sets) others -= other.tensors.size();
  if (others > 0) {
    std::printf("  left out: %zu tensors that are not weights of the network, such as an optimizer's\n", others);
  }
}

}  // namespace pgt::weights
