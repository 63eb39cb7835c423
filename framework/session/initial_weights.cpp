#include "session/initial_weights.hpp"

#include <torch/torch.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/setting_error.hpp"
#include "nn/finite.hpp"
#include "nn/parameters.hpp"
#include "nn/safetensors.hpp"
#include "train/average.hpp"

namespace pgt::session {
namespace {

/// The file's weights by the backbone's names. A checkpoint holds more than those; of it the average, if it has one.
std::map<std::string, at::Tensor> weights_of(const nn::TensorFile& file) {
  std::map<std::string, at::Tensor> averaged = train::averaged_weights(file.tensors);
  if (!averaged.empty()) return averaged;
  const std::map<std::string, at::Tensor> weights = nn::tensors_under(file.tensors, "model/");
  return weights.empty() ? file.tensors : weights;
}

bool of_other_classes(const nn::TensorFile& file, const Session& session) {
  const auto classes = file.metadata.find("classes");
  return classes != file.metadata.end() && classes->second != nlohmann::json(session.classes).dump();
}

nn::TensorFile read(const std::string& path) {
  const std::filesystem::path checkpoints = std::filesystem::path(path) / "checkpoints";
  if (std::error_code unknown; std::filesystem::is_directory(checkpoints, unknown)) {
    throw config::SettingError("train.init", path + " is a run's folder; its weights are in " +
                                                 (checkpoints / "best.safetensors").string() + " and last.safetensors");
  }
  require_regular_file(path, ExitCode::config);
  try {
    return nn::read_safetensors(path);
  } catch (const Error& error) {
    throw Error(error.code(), std::string(error.what()) + "\nweights of other programs: pgt-host weights import " +
                                  path + " --model RUN.toml --out WEIGHTS.safetensors");
  }
}

/// A line for the log.
std::string load(Session& session, const std::string& path) {
  const nn::TensorFile file = read(path);
  std::map<std::string, at::Tensor> weights = weights_of(file);
  const bool other_classes = of_other_classes(file, session);

  std::vector<std::string> fresh;
  for (const auto& [name, tensor, role] : nn::parameters(*session.backbone)) {
    const auto found = weights.find(name);
    const bool there = found != weights.end();
    const bool head = role == sdk::Role::head;
    if (head && (other_classes || !there || found->second.sizes() != tensor.sizes())) {
      fresh.push_back(name);
    } else if (there || !name.ends_with("num_batches_tracked")) {  // old files have no such counters
      continue;
    }
    weights[name] = tensor.detach().clone();
  }
  nn::check_finite(weights, path);
  try {
    nn::load_state(*session.backbone, weights);
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what());
  }
  std::string line = "training starts from the " +
                     std::string(train::averaged_weights(file.tensors).empty() ? "" : "average of the ") +
                     "weights in " + path;
  if (!fresh.empty()) line += "; the head starts from scratch, as the file has none that fits: " + join(fresh, ", ");
  return line;
}

}  // namespace

std::string load_initial_weights(Session& session) {
  const std::string& path = session.config.train.init;
  if (path.empty()) return "";
  try {
    return load(session, path);
  } catch (const Error& error) {
    const std::string text = "train.init: " + std::string(error.what());
    if (error.code() == ExitCode::config) throw config::SettingError("train.init", text);
    throw Error(error.code(), text);
  }
}

}  // namespace pgt::session
