#include "dist/moved_buffers.hpp"

#include <torch/torch.h>

namespace pgt::dist {

void share_moves(Group& group, const std::vector<at::Tensor>& buffers, const std::vector<at::Tensor>& before,
                 double share) {
  if (group.alone() || buffers.empty()) return;
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> moves;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    moves.push_back((buffers[i].to(at::kDouble) - before[i].to(at::kDouble)).flatten() * share);
  }
  at::Tensor flat = torch::cat(moves).cpu();
  group.sum(flat);
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    at::Tensor move = flat.narrow(0, begin, buffers[i].numel()).view(buffers[i].sizes()).to(buffers[i].device());
    begin += buffers[i].numel();
    if (!buffers[i].is_floating_point()) move = move.round();
    at::Tensor(buffers[i]).copy_(before[i].to(at::kDouble) + move);
  }
}

}  // namespace pgt::dist
