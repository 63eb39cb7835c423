#include "train/comparison.hpp"

#include <torch/torch.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "dist/moved_buffers.hpp"
#include "nn/parameters.hpp"

namespace pgt::train {
namespace {

std::string checksum_of(const at::Tensor& tensor) {
  const at::Tensor bytes = tensor.detach().cpu().contiguous();
  Checksum checksum;
  checksum.add({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
  return checksum.text();
}

}  // namespace

void Comparison::after(std::int64_t updates) {
  if (group_.alone() || every_ == 0 || updates / every_ == compared_) return;
  compared_ = updates / every_;
  std::vector<nn::Parameter> parameters = nn::parameters(backbone_);
  std::erase_if(parameters, [](const nn::Parameter& of) { return !dist::has_mean(of.tensor); });  // each rank's own
  std::string own;
  for (const nn::Parameter& parameter : parameters) own += checksum_of(parameter.tensor);
  const std::vector<std::string> all = group_.gather(own);
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] == all[0]) continue;
    constexpr std::size_t digits = 8;
    std::size_t i = 0;
    while (all[rank].substr(i * digits, digits) == all[0].substr(i * digits, digits)) ++i;
    throw Error(ExitCode::failure,
                "the ranks do not train the same network any more: after update " + std::to_string(updates) + ", \"" +
                    (i < parameters.size() ? parameters[i].name : "?") + "\" of rank " + std::to_string(rank) +
                    " differs from that of rank 0; resume from a checkpoint, and look for a plugin that draws random "
                    "numbers of its own, or a machine that fails");
  }
}

}  // namespace pgt::train
