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

sdk::Fragment row_of(sdk::Fragment fragment, std::int64_t row) {
  for (at::Tensor& frames : fragment.frames) frames = frames.narrow(0, row, 1);
  at::Tensor& boxes = fragment.boxes;
  if (boxes.defined()) {
    boxes = boxes.index({boxes.select(1, 0).eq(row)}).clone();
    boxes.select(1, 0).zero_();
  }
  return fragment;
}

}  // namespace pgt::walk
