#include "dist/moved_buffers.hpp"

#include <torch/torch.h>

namespace pgt::dist {
namespace {

/// What has not moved has moved by 0, infinities too, as in a mask.
at::Tensor move_of(const at::Tensor& buffer, const at::Tensor& before) {
  return at::where(buffer == before, at::zeros_like(buffer), buffer - before).to(at::kDouble).flatten();
}

}  // namespace

bool has_mean(const at::Tensor& buffer) { return !buffer.is_complex() && buffer.scalar_type() != at::kBool; }

void share_moves(Group& group, const std::vector<at::Tensor>& all, const std::vector<at::Tensor>& all_before,
                 double share) {
  if (group.alone()) return;
  std::vector<at::Tensor> buffers, before;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!has_mean(all[i])) continue;
    buffers.push_back(all[i]);
    before.push_back(all_before[i]);
  }
  if (buffers.empty()) return;
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> moves;
  for (std::size_t i = 0; i < buffers.size(); ++i) moves.push_back(move_of(buffers[i], before[i]) * share);
  at::Tensor flat = torch::cat(moves).cpu();
  group.sum(flat);
  flat = flat.to(buffers.front().device());  // at once: a copy for each would wait for a GPU as often
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    at::Tensor move = flat.narrow(0, begin, buffers[i].numel()).view(buffers[i].sizes());
    begin += buffers[i].numel();
    if (!buffers[i].is_floating_point()) move = move.round();
    at::Tensor(buffers[i]).copy_(at::where(move == 0, before[i], (before[i] + move).to(before[i].scalar_type())));
  }
}

}  // namespace pgt::dist
