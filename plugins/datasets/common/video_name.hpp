/// Which files are videos, by their names.
#pragma once

#include <filesystem>

namespace pgt::datasets {

/// Whether the name ends as those of video files do, in capitals or not.
bool is_video_name(const std::filesystem::path& path);

}  // namespace pgt::datasets
