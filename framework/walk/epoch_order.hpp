/// The order in which an epoch takes its units.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace pgt::walk {

/// A unit of an epoch: a video of the training split, or a lane of one (`ClipChoice::unit()`).
struct Turn {
  std::size_t unit = 0;
  std::size_t again = 0;  ///< how often the epoch has had it before: in balanced orders alone
  bool operator==(const Turn&) const = default;
};

/// A place in the order is a number of units, so batches may have any size: an epoch is a cursor over its units. Orders
/// depend on the arguments alone.
class EpochOrder {
 public:
  /// Every unit once.
  EpochOrder(std::size_t videos, std::size_t lanes, std::uint64_t seed, std::int64_t epoch);

  /// As many turns, of which each class that is there gets the same share; what does not divide goes to classes that
  /// are drawn. Within a class all units come once before one comes again, and those that come are drawn.
  static EpochOrder balanced(std::span<const std::int64_t> class_of_video, std::size_t lanes, std::uint64_t seed,
                             std::int64_t epoch);

  std::int64_t size() const { return std::ssize(order_); }
  /// Turns [cursor, cursor + count), fewer at the end of the epoch.
  std::span<const Turn> take(std::int64_t cursor, std::int64_t count) const;

 private:
  explicit EpochOrder(std::vector<Turn> order) : order_(std::move(order)) {}

  std::vector<Turn> order_;
};

}  // namespace pgt::walk
