#include "walk/supply.hpp"

#include <torch/torch.h>

#include <numeric>

namespace pgt::walk {

GivenFragments::GivenFragments(const std::vector<sdk::Fragment>& fragments) {
  for (const sdk::Fragment& fragment : fragments) {
    std::vector<std::size_t> rows(static_cast<std::size_t>(fragment.frames.front().size(0)));
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    portions_.push_back({std::move(rows), fragment});
  }
}

Portion GivenFragments::take(std::int64_t index, const sdk::Step* step) {
  const auto place = static_cast<std::size_t>(index);
  return step != nullptr && place < portions_.size() ? portions_[place] : Portion{};
}

sdk::Fragment rows_of(sdk::Fragment fragment, std::int64_t first, std::int64_t count) {
  for (at::Tensor& frames : fragment.frames) frames = frames.narrow(0, first, count);
  at::Tensor& boxes = fragment.boxes;
  if (boxes.defined()) {
    const at::Tensor row = boxes.select(1, 0);
    boxes = boxes.index({row.ge(first).logical_and(row.lt(first + count))}).clone();
    boxes.select(1, 0).sub_(first);
  }
  return fragment;
}

}  // namespace pgt::walk
