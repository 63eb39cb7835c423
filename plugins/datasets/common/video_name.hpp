/// What is a video, by its name.
#pragma once

#include <filesystem>
#include <functional>

namespace pgt::datasets {

/// Whether the name ends as those of video files do, in capitals or not.
bool is_video_name(const std::filesystem::path& path);

/// Whether the folder holds JPEG or PNG pictures and no videos: it is a video itself, a picture a frame.
bool is_frame_folder(const std::filesystem::path& folder);

/// Calls `take` with every video in the folder and the folders below it, links to folders included, and `pass_over`
/// with every other file. Names that begin with a dot are left out. Throws std::runtime_error that names a folder that
/// cannot be read.
void each_video(
    const std::filesystem::path& folder, const std::function<void(const std::filesystem::path&)>& take,
    const std::function<void(const std::filesystem::path&)>& pass_over = [](const std::filesystem::path&) {});

/// What a path leads to.
enum class Found {
  nothing,
  video,   ///< a file, a folder of frames, or what an archive that is there should have (ARCHIVE.tar/MEMBER)
  folder,  ///< of something else
};
Found look_for(const std::filesystem::path& path);

}  // namespace pgt::datasets
