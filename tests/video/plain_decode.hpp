/// Every picture of a video in order, by the shortest way through FFmpeg: what the readers are compared with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pgt::video {

struct PlainPicture {
  std::int64_t pts;  ///< the decoder's best guess
  std::string md5;   ///< of the picture as stored, tightly packed
};

/// Knows nothing of this project's index, packets and seeking. Continues after what cannot be decoded. Throws
/// std::runtime_error where the file cannot be opened.
std::vector<PlainPicture> plain_decode(const std::filesystem::path& file);

}  // namespace pgt::video
