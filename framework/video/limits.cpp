#include "video/limits.hpp"

#include "video/video.hpp"

namespace pgt::video {

void check_pixels(const std::filesystem::path& file, std::int64_t width, std::int64_t height, const Limits& limits) {
  if (width <= 0 || height <= limits.max_pixels / width) return;
  throw VideoError(file, "its pictures have " + std::to_string(width) + "x" + std::to_string(height) +
                             " pixels; data.max_pixels allows " + std::to_string(limits.max_pixels) +
                             ": raise it if that is correct");
}

std::string too_many_pixels(const Limits& limits) {
  return "its pictures have more pixels than data.max_pixels allows (" + std::to_string(limits.max_pixels) +
         "): raise it if that is correct";
}

std::int64_t decoder_pixels(const Limits& limits) {
  constexpr std::int64_t of_narrow_ones = std::int64_t{1} << 23;  // of which the most is rounding
  return 2 * limits.max_pixels + of_narrow_ones;
}

void check_frames(const std::filesystem::path& file, std::int64_t frames, const Limits& limits) {
  if (frames <= limits.max_frames) return;
  throw VideoError(file, "has " + std::to_string(frames) + " frames; data.max_frames allows " +
                             std::to_string(limits.max_frames) + ": raise it if that is correct");
}

}  // namespace pgt::video
