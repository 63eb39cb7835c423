/// The frames of one batch of clips, a fragment at a time, decoded ahead on oneTBB.
///
/// All videos of the batch walk in lockstep: a fragment is given when all rows have it. Decoding runs ahead of that,
/// each row by itself, as far as the loader's budget allows, and always one fragment. What is in memory is the fragment
/// in use and the budget, whatever the videos' length. A video that fails leaves the batch; so does one that has ended.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "video/augmentation.hpp"
#include "video/clip_sampling.hpp"
#include "video/loader.hpp"

namespace pgt::video {

/// One row of a batch: a clip of a video.
struct ClipRequest {
  std::shared_ptr<const VideoIndex> index;
  ClipFrames frames;    ///< a row leaves the batch at the first fragment that has none of them
  Transform transform;  ///< to the same width and height in all rows of a batch
  Augmentation augmentation{};
};

/// A row that left because its video failed.
struct FailedRow {
  std::size_t row = 0;  ///< in the request
  std::string reason;
};

/// One fragment of the rows still there.
struct Frames {
  std::vector<std::size_t> rows{};  ///< which rows of the request these are, ascending
  std::vector<FailedRow> failed{};  ///< rows that failed in this fragment
  std::int64_t length = 0;          ///< frames per row
  std::int64_t height = 0;          ///< of a picture, in pixels
  std::int64_t width = 0;
  std::pmr::vector<std::uint8_t> rgb{};  ///< rows × length × height × width × 3
};

class FragmentStream {
 public:
  /// Gives the clip frames of fragment `index` as sorted positions, or nothing after the last. Called from any thread,
  /// from one at a time.
  using Positions = std::function<std::vector<std::int64_t>(std::int64_t index)>;

  /// Starts with fragment `first` (over 0 when a run is resumed in the middle of a clip) and the rows `alive` (empty:
  /// all). Rows that show the same frames of a video, of which they cut out different parts, are decoded once.
  FragmentStream(std::shared_ptr<Loader> loader, std::vector<ClipRequest> rows, Positions positions,
                 std::int64_t first = 0, std::vector<std::size_t> alive = {});
  /// Ends the decoding that is under way.
  ~FragmentStream();
  FragmentStream(const FragmentStream&) = delete;
  FragmentStream& operator=(const FragmentStream&) = delete;

  /// Starts decoding what the budget has room for. Returns whether there is nothing left to start. Thread: any.
  bool go_on();

  /// Waits for the next fragment, but no longer than `stop`, which is asked now and then, allows: false then, and
  /// nothing is lost.
  bool wait(const std::function<bool()>& stop);

  /// Returns the next fragment and moves on. `rows` is empty when all rows have left or no positions remain. Rows with
  /// fewer frames left than the fragment has: the last frame is held to fill it. Throws what `positions` threw for it.
  Frames next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgt::video
