/// A film of RGB pictures with the sound of another file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "video/video.hpp"

namespace pgt::video {

/// Writes MP4, in H.264 where FFmpeg has libx264 and in MPEG-4 elsewhere, in memory that does not grow. Throws
/// Error(io) naming the file, which is whole or absent.
class FilmWriter {
 public:
  /// Even sides. Pictures are those of `like`, whose sound is copied.
  FilmWriter(const std::filesystem::path& file, int width, int height, const VideoIndex& like);
  ~FilmWriter();
  FilmWriter(const FilmWriter&) = delete;
  FilmWriter& operator=(const FilmWriter&) = delete;

  /// Why `like`'s sound is left out; empty where it is not, or there is none.
  const std::string& silence() const;
  /// `rgb`: height × width × 3 bytes. `seconds` from the first picture, ascending.
  void write(double seconds, std::span<const std::uint8_t> rgb);
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgt::video
