/// Pictures as PNG.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace pgt::video {

/// The bytes of a PNG file of `rgb`: height × width × 3. Throws Error(failure) where FFmpeg has no encoder for it.
std::string png(std::span<const std::uint8_t> rgb, int width, int height);

}  // namespace pgt::video
