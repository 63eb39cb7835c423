/// What a path stands for, and how FFmpeg opens it. Private to this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// A video is one of
///   a file,
///   a folder of frames: JPEG or PNG pictures, all of one kind, in the natural order of their names (2 before 10),
///   a member of a tar archive, as PATH/ARCHIVE.tar/MEMBER: it is read where it lies.
struct Source {
  std::string url;
  const AVInputFormat* format = nullptr;  ///< unset: FFmpeg finds out
  std::string protocols = "file";         ///< a playlist in disguise opens nothing else
  std::string pattern_type{};             ///< of folders of frames: option of FFmpeg's image2
  std::int64_t start_number = 0;          ///< the same
  std::int64_t frames = 0;                ///< pictures in the folder; 0: no folder of frames
};

/// Throws VideoError where the path is none of these: not there, empty, a pipe, a folder without frames, …
Source source_of(const std::filesystem::path& path);

}  // namespace pgt::video
