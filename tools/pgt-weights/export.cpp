#include <torch/torch.h>

#include <cstdio>

#include "base/error.hpp"
#include "cli/engine/score.hpp"
#include "nn/safetensors.hpp"
#include "source.hpp"
#include "state_dict.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pgt::weights {

void export_weights(const std::filesystem::path& from, const std::string& checkpoint,
                    const std::filesystem::path& out) {
  const std::string ending = out.extension().string();
  if (ending != ".safetensors" && ending != ".pth" && ending != ".pyth") {
    throw Error(ExitCode::usage, "--out " + out.string() + ": the name must end with .safetensors, .pth or .pyth");
  }
  const Source source(std::filesystem::is_directory(from) ? cli::checkpoint_of(from, checkpoint) : from);
  nn::TensorFile file;
  const std::vector<NamedTensor> weights = source.weights();
  for (const NamedTensor& tensor : weights) file.tensors[tensor.name] = to_torch(tensor.tensor);
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
  if (const std::size_t others = source.tensors().size() - weights.size(); others > 0) {
    std::printf("  left out: %zu tensors that are no weights of the network, as an optimizer's\n", others);
  }
}

}  // namespace pgt::weights
