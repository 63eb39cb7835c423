/// What a video may claim to be.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace pgt::video {

/// The headers of a file may claim anything, and reading it takes the memory that they claim.
struct Limits {
  std::int64_t max_pixels = 67'108'864;  ///< of a picture as it is stored; data.max_pixels
  std::int64_t max_frames = 10'000'000;  ///< of a video; data.max_frames
};

// Each throws VideoError that names the key where there are more.
void check_pixels(const std::filesystem::path& file, std::int64_t width, std::int64_t height, const Limits& limits);
void check_frames(const std::filesystem::path& file, std::int64_t frames, const Limits& limits);

/// The reason, where nobody knows how many pixels there are.
std::string too_many_pixels(const Limits& limits);

/// The limit that decoders keep by themselves: they count what they round up to, so that the exact one is ours to
/// check.
std::int64_t decoder_pixels(const Limits& limits);

}  // namespace pgt::video
