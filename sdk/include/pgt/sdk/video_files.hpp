/// Which files of a folder are videos, by their names: the same for datasets, `predict` and `data check`.
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace pgt::sdk {
inline namespace v1 {
namespace detail {

inline constexpr std::string_view video_extensions[]{
    ".264",   ".265",  ".3g2",  ".3gp",  ".amv",  ".apng", ".asf", ".avi", ".divx", ".dv",   ".f4v",  ".flv", ".gif",
    ".h261",  ".h263", ".h264", ".h265", ".hevc", ".ismv", ".ivf", ".m1v", ".m2p",  ".m2t",  ".m2ts", ".m2v", ".m4v",
    ".mjpeg", ".mjpg", ".mk3d", ".mkv",  ".mod",  ".mov",  ".mp4", ".mpe", ".mpeg", ".mpg",  ".mts",  ".mxf", ".nut",
    ".obu",   ".ogm",  ".ogv",  ".qt",   ".rm",   ".rmvb", ".ts",  ".vc1", ".vob",  ".webm", ".wmv",  ".wtv", ".y4m"};
inline constexpr std::string_view picture_extensions[]{".jpeg", ".jpg", ".png"};

template <class Extensions>
bool has_extension_of(const std::filesystem::path& path, const Extensions& extensions) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::find(extensions, extension) != std::ranges::end(extensions);
}

}  // namespace detail

/// Whether the name ends as those of video files do, in capitals or not.
inline bool is_video_name(const std::filesystem::path& path) {
  return detail::has_extension_of(path, detail::video_extensions);
}

/// Whether the folder holds JPEG or PNG pictures and no videos: it is a video itself, one picture per frame. Names that
/// begin with a dot are left out.
inline bool is_frame_folder(const std::filesystem::path& folder) {
  bool holds_pictures = false;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.')) continue;
    if (is_video_name(entry->path())) return false;
    holds_pictures = holds_pictures || detail::has_extension_of(entry->path(), detail::picture_extensions);
  }
  return holds_pictures;
}

using TakePath = std::function<void(const std::filesystem::path&)>;

namespace detail {

/// `above`: the folders that `folder` was reached through. A link to one of them leads nowhere new.
inline void walk_videos(const std::filesystem::path& folder, std::set<std::filesystem::path> above,
                        const TakePath& take, const TakePath& pass_over) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(folder, error);
  if (!error && !above.insert(real).second) return;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::filesystem::path& path = entry->path();
    std::error_code broken_link;
    if (path.filename().string().starts_with('.')) continue;
    if (!entry->is_directory(broken_link)) {
      (is_video_name(path) ? take : pass_over)(path);
    } else if (is_frame_folder(path)) {
      take(path);
    } else {
      walk_videos(path, above, take, pass_over);
    }
  }
  if (error) throw std::runtime_error(folder.string() + " cannot be read: " + error.message());
}

}  // namespace detail

/// Calls `take` with every video in the folder and the folders below it, links to folders included, and `pass_over`
/// with every other file. Names that begin with a dot are left out. Throws std::runtime_error that names a folder that
/// cannot be read.
inline void each_video(
    const std::filesystem::path& folder, const TakePath& take,
    const TakePath& pass_over = [](const std::filesystem::path&) {}) {
  detail::walk_videos(folder, {}, take, pass_over);
}

/// What a path leads to.
enum class Found {
  nothing,
  video,   ///< a file, a folder of frames, or what an existing archive should hold (ARCHIVE.tar/MEMBER)
  folder,  ///< of something else
};

inline Found look_for(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return is_frame_folder(path) ? Found::video : Found::folder;
  if (std::filesystem::exists(status)) return Found::video;
  for (std::filesystem::path parent = path.parent_path(); parent.has_relative_path(); parent = parent.parent_path()) {
    if (parent.extension() == ".tar" && std::filesystem::is_regular_file(parent, error)) return Found::video;
  }
  return Found::nothing;
}

}  // namespace v1
}  // namespace pgt::sdk
