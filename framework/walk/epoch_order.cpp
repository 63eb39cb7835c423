#include "walk/epoch_order.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace pgt::walk {

EpochOrder::EpochOrder(std::size_t videos, std::size_t lanes, std::uint64_t seed, std::int64_t epoch)
    : order_(permutation(seed, static_cast<std::uint64_t>(epoch), videos * lanes)) {}

std::span<const std::size_t> EpochOrder::take(std::int64_t cursor, std::int64_t count) const {
  const std::int64_t begin = std::clamp<std::int64_t>(cursor, 0, size());
  return std::span(order_).subspan(static_cast<std::size_t>(begin),
                                   static_cast<std::size_t>(std::min(count, size() - begin)));
}

}  // namespace pgt::walk
