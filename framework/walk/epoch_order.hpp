/// The order in which an epoch takes its units.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pgt::walk {

/// A unit is a video of the training split, or a lane of one (`ClipChoice::unit()`). A place in the order is a number
/// of units, so batches may have any size: an epoch is a cursor over its units.
class EpochOrder {
 public:
  /// Depends on the arguments alone.
  EpochOrder(std::size_t videos, std::size_t lanes, std::uint64_t seed, std::int64_t epoch);

  std::int64_t size() const { return std::ssize(order_); }
  /// Units [cursor, cursor + count), fewer at the end of the epoch.
  std::span<const std::size_t> take(std::int64_t cursor, std::int64_t count) const;

 private:
  std::vector<std::size_t> order_;
};

}  // namespace pgt::walk
