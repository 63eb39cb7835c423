/// What is a video, by its name.
#pragma once

#include <filesystem>

namespace pgt::datasets {

/// Whether the name ends as those of video files do, in capitals or not.
bool is_video_name(const std::filesystem::path& path);

/// Whether the folder holds JPEG or PNG pictures and no videos: it is a video itself, a picture a frame.
bool is_frame_folder(const std::filesystem::path& folder);

/// What a path leads to.
enum class Found {
  nothing,
  video,   ///< a file, a folder of frames, or what an archive that is there should have (ARCHIVE.tar/MEMBER)
  folder,  ///< of something else
};
Found look_for(const std::filesystem::path& path);

}  // namespace pgt::datasets
