/// Small videos for tests, encoded on the spot. Every frame's picture spells the frame's number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace pgt::video {

struct Recipe {
  std::string codec = "libx264";
  std::string options{};  ///< of the codec: "key=value:key=value"
  int width = 80;         ///< at least 64
  int height = 48;        ///< at least 32
  int frames = 40;
  int gop = 12;
  int b_frames = 2;
  int rate_num = 25;
  int rate_den = 1;
  /// When a frame is shown, in frame durations of the rate. Unset: at its number.
  std::function<std::int64_t(int)> time{};
  int rotation = 0;         ///< degrees clockwise by which a player turns the picture
  int first_number = 0;     ///< what the first picture spells
  std::string format{};     ///< of pixels; unset: yuv420p
  std::string container{};  ///< options of the container, as those of the codec
};

/// Writes the video; the extension chooses the container. Throws std::runtime_error.
void make_video(const std::filesystem::path& file, const Recipe& recipe);

/// Writes Matroska with one picture, which says that it is shown for so long. Throws std::exception.
void make_long_picture(const std::filesystem::path& file, std::int64_t milliseconds);

/// Writes the video streams of all the files into one, the packets as they are. `cover`: the first is a picture to show
/// beside the file's name. Throws std::runtime_error.
void combine(const std::vector<std::filesystem::path>& files, const std::filesystem::path& into, bool cover);

/// Writes a second of silence as WAV.
void make_sound(const std::filesystem::path& file);

/// The number that a picture spells, from its luma plane (or any one-byte-a-pixel view of its brightness).
int spelled_number(const std::uint8_t* luma, std::ptrdiff_t line, std::ptrdiff_t pixel = 1);

/// The hexadecimal MD5 of the bytes.
std::string md5(const std::string& bytes);

/// A folder for one test's files, removed at its end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace pgt::video
