#include "train/clip_features.hpp"

#include <torch/torch.h>

#include <algorithm>

#include "nn/sent.hpp"
#include "walk/clip_batch.hpp"

namespace pgt::train {

at::Tensor index_of(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& all, const at::Tensor& like) {
  return nn::sent(torch::tensor(walk::places_of(rows, all), torch::kInt64), like.device());
}

void ClipFeatures::add(const std::vector<std::size_t>& rows, const at::Tensor& features) {
  const std::int64_t width = features.size(1);
  if (count_ == 0) rows_ = rows;
  const std::int64_t room = all_.defined() ? all_.size(1) : 0;
  if (count_ + width > room) {
    const at::Tensor larger =
        at::empty({std::ssize(rows_), std::max(2 * room, count_ + width), features.size(2)}, features.options());
    if (count_ > 0) larger.narrow(1, 0, count_).copy_(all_.narrow(1, 0, count_));
    all_ = larger;
  }
  at::Tensor place = all_.narrow(1, count_, width);
  if (rows == rows_) {
    place.copy_(features);
  } else {
    place.index_copy_(0, index_of(rows, rows_, features), features);
  }
  count_ += width;
}

at::Tensor ClipFeatures::of(const std::vector<std::size_t>& rows, std::int64_t count) const {
  const at::Tensor first = all_.narrow(1, 0, count);
  return rows == rows_ ? first.contiguous() : first.index_select(0, index_of(rows, rows_, all_));
}

}  // namespace pgt::train
