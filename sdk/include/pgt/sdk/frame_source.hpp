/// Datasets that make their own pictures: a simulator, an archive of another kind, what an instrument recorded.
/// Nothing is decoded, and whatever else happens to frames is the host's, as with files: sampling, scaling, cropping,
/// augmentation, reading ahead, and coping with what is broken. Includes no torch header.
///
///     class MyWorld final : public sdk::Dataset, public sdk::FrameSource {
///       const void* extension(std::string_view id) const override {
///         return sdk::extension_among<sdk::FrameSource>(this, id);
///       }
///     };
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <pgt/sdk/dataset.hpp>

namespace pgt::sdk {
inline namespace v1 {

/// The frames of a sample.
struct MadeFrames {
  std::int64_t count = 0;  ///< over 0
  double fps = 25;         ///< frames a second
  int width = 0;           ///< of a picture, in pixels
  int height = 0;
};

/// Makes the pictures of one sample.
///
/// Thread: the host's decoding threads, one call at a time, but not always from the same thread. Several readers, also
/// of one sample, are at work at once. What a frame shows must depend on the dataset's options, the sample and the
/// frame alone: it is asked for again in later epochs, after a run was resumed, and by other readers.
class FrameReader {
 public:
  virtual ~FrameReader() = default;
  /// Fills `rgb` with the picture of `frame` (from 0): height × width × 3 bytes, rows from the top, red, green, blue.
  /// Frames mostly ascend, with some left out, so a simulation may go on from the last one; any may be asked for.
  /// Throws std::exception where there is no such picture: the video is then counted among the bad ones.
  virtual void read(std::int64_t frame, std::span<std::uint8_t> rgb) = 0;
};

/// Extension of a dataset that makes its own pictures. `Sample::path` is then no file: it is shown in messages, and may
/// be empty, as `id` is shown then. `Sample::fps` is not used.
///
/// Thread: as the dataset's methods, from several threads at once.
class FrameSource {
 public:
  static constexpr std::string_view extension_id = "org.pgt.dataset.frame_source";
  virtual ~FrameSource() = default;
  /// Which frames a sample has: the same for the life of the object. Throws std::exception where the sample is broken.
  virtual MadeFrames frames(Split split, std::size_t index) const = 0;
  /// A reader of the sample's pictures, which the dataset outlives. Throws std::exception where the sample is broken.
  virtual std::unique_ptr<FrameReader> open(Split split, std::size_t index) const = 0;
};

}  // namespace v1
}  // namespace pgt::sdk
