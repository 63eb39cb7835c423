/// Where the frames of a walk come from.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "video/fragment_stream.hpp"
#include "walk/targets.hpp"

namespace pgt::walk {

/// What a step is fed with.
struct Portion {
  std::vector<std::size_t> rows;  ///< of the batch, that are still there, ascending; empty: the clip has ended
  sdk::Fragment fragment{};
  Targets targets{};
};

/// Decoded videos in a run (`DecodedClips`); code that walks over other frames supplies them in the same way.
class Supply {
 public:
  virtual ~Supply() = default;
  /// Waits until the next portion is there. False where `stop`, which is asked now and then, no longer wants it.
  virtual bool wait(const std::function<bool()>&) { return true; }
  /// Step by step in order. `step` is null after the plan's last.
  virtual Portion take(std::int64_t index, const sdk::Step* step) = 0;
  /// The first portion is next, once more: the same rows with the same pictures. Who takes portions by their number
  /// has nothing to do.
  virtual void again() {}
  /// Rows that have left since the last call because their video broke.
  virtual std::vector<video::FailedRow> take_failed() { return {}; }
};

/// Fragments that are at hand, for the same rows in every step unless `rows` says otherwise.
class GivenFragments final : public Supply {
 public:
  explicit GivenFragments(std::vector<Portion> portions) : portions_(std::move(portions)) {}
  /// The same rows in all of them, and no targets.
  explicit GivenFragments(const std::vector<sdk::Fragment>& fragments);

  Portion take(std::int64_t index, const sdk::Step* step) override;

 private:
  std::vector<Portion> portions_;
};

/// Rows [first, first + count) of a fragment, as a batch of their own, with their boxes.
sdk::Fragment rows_of(sdk::Fragment fragment, std::int64_t first, std::int64_t count);

}  // namespace pgt::walk
