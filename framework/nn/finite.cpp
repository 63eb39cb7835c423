#include "nn/finite.hpp"

#include <torch/torch.h>

#include <vector>

#include "base/error.hpp"
#include "base/first_lines.hpp"

namespace pgt::nn {
namespace {

constexpr std::size_t most_named = 10;

bool is_finite(const at::Tensor& tensor) {
  return !tensor.is_floating_point() || torch::isfinite(tensor).all().item<bool>();
}

}  // namespace

void check_finite(const std::map<std::string, at::Tensor>& tensors, const std::string& file) {
  std::vector<std::string> broken;
  for (const auto& [name, tensor] : tensors) {
    if (!is_finite(tensor)) broken.push_back(name);
  }
  if (broken.empty()) return;
  std::string text = file + " holds weights that are not finite (NaN or infinite), in " +
                     std::to_string(broken.size()) + (broken.size() == 1 ? " tensor" : " tensors");
  text += first_lines(broken, most_named);
  throw Error(ExitCode::plugin, text + "\nUse an earlier checkpoint of the same training");
}

}  // namespace pgt::nn
