/// What a path stands for, and which files it is read from. Private to this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace pgt::video {

/// A video is one of
///   a file; a JPEG or PNG picture is a video of one frame,
///   a folder of frames: JPEG or PNG pictures, all of one kind, in the natural order of their names (2 before 10),
///   a member of a tar archive, as PATH/ARCHIVE.tar/MEMBER: it is read from the archive.
/// Names mean themselves: none is a pattern, an address or a list.
struct Source {
  std::filesystem::path file{};                   ///< where pictures are given: the first of them
  std::int64_t begin = 0;                         ///< of the video in the file
  std::int64_t bytes = -1;                        ///< below 0: up to the end
  std::vector<std::filesystem::path> pictures{};  ///< a frame each
};

/// Throws VideoError where the path is none of these: not there, empty, a pipe, a folder without frames, …; and as
/// blame_machine.
Source source_of(const std::filesystem::path& path);

}  // namespace pgt::video
