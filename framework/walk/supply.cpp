#include "walk/supply.hpp"

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

}  // namespace pgt::walk
