/// Pictures into a video file.
#pragma once

#include <filesystem>
#include <functional>

#include "paint.hpp"

namespace pgt::synth {

/// Writes H.264 in MP4, the same bytes for the same pictures. `paint` is called once per frame, ascending. Throws
/// Error(io) naming the file.
void encode(const std::filesystem::path& file, const Reel& reel, std::int64_t first_key,
            const std::function<void(std::int64_t frame, Picture& picture)>& paint);

}  // namespace pgt::synth
