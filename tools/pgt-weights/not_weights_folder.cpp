#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/file.hpp"
#include "not_weights.hpp"

namespace pgt::weights {
namespace {

namespace fs = std::filesystem;

/// The folder's files of weights by name; those of safetensors alone where it has both kinds.
std::vector<fs::path> files_of_weights(const fs::path& folder) {
  for (const std::vector<std::string>& endings : {std::vector<std::string>{".safetensors"}, {".bin", ".pt", ".pth"}}) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      const std::string ending = entry.path().extension();
      if (std::find(endings.begin(), endings.end(), ending) != endings.end()) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    if (!found.empty()) return found;
  }
  return {};
}

std::string model_type(const fs::path& config) {
  const auto parsed = nlohmann::json::parse(read_file(config), nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object() || !parsed.contains("model_type") || !parsed["model_type"].is_string()) return "";
  return ", model_type \"" + parsed["model_type"].get<std::string>() + "\"";
}

}  // namespace

std::string kind_of_folder(const fs::path& folder) {
  if (fs::exists(folder / "checkpoints")) {
    return "is a run's folder; its weights are in " + (folder / "checkpoints" / "best.safetensors").string();
  }
  const std::vector<fs::path> files = files_of_weights(folder);
  std::string kind = "is a folder";
  if (fs::exists(folder / "config.json")) {
    kind = "is a Hugging Face folder (config.json" + model_type(folder / "config.json") + ")";
  }
  if (files.size() == 1) return kind + ": give the file of weights in it, " + files.front().string();
  if (files.empty()) return kind + " without a file of weights";
  return kind + " whose weights are in " + std::to_string(files.size()) + " files, " + files.front().string() +
         " and others: load them in Python and save them as one, torch.save(model.state_dict(), \"weights.pth\")";
}

}  // namespace pgt::weights
