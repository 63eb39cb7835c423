/// What is in a video file, exactly: every frame that a player would show, and when.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "video/frame_times.hpp"
#include "video/limits.hpp"

namespace pgt::video {

/// A file that cannot be used: "FILE: reason". Says nothing of what follows from it.
class VideoError : public Error {
 public:
  VideoError(std::filesystem::path file, std::string reason);
  const std::filesystem::path& file() const { return file_; }
  const std::string& reason() const { return reason_; }

 private:
  std::filesystem::path file_;
  std::string reason_;
};

/// Thrown where reading was told to stop.
struct Stopped {};

/// Private to the readers and the index.
struct StreamDetails;

/// The index of one file's video stream, made from its packets without decoding (with decoding only where the packets
/// have no presentation times, as in AVI). Immutable, shared between readers.
struct VideoIndex {
  std::filesystem::path file;
  int stream = 0;
  int width = 0;  ///< as shown: after rotation
  int height = 0;
  int aspect_num = 0;  ///< width of a stored pixel to its height; 0 where the file does not say
  int aspect_den = 1;
  int rotation = 0;  ///< 0, 90, 180 or 270 degrees clockwise, to be applied
  std::int64_t time_base_num = 1;
  std::int64_t time_base_den = 1;
  FrameTimes pts;            ///< of every shown frame, ascending, in time_base
  std::int64_t keys = 0;     ///< frames that are random-access points
  std::int64_t end_pts = 0;  ///< when the last frame ends
  std::int64_t cut_off = 0;  ///< frames that the file lists but, cut short, does not hold; not kept in caches
  Limits limits{};           ///< that hold for its readers; not kept in caches
  double fps = 0;            ///< frames shown in a second: the constant rate where there is one, or the mean
  double grace = 1e-9;       ///< seconds by which frame_at may be early; see there
  std::shared_ptr<const StreamDetails> details;  ///< what Reader needs besides

  std::int64_t frames() const { return static_cast<std::int64_t>(pts.size()); }
  /// Seconds from the first frame.
  double seconds(std::int64_t frame) const;
  /// Seconds from the first frame to the end of the last.
  double duration() const;
  /// The frame shown at `seconds` from the first frame: the last one that starts no later, the first or last outside.
  /// The grace is a nanosecond; where the container rounds the times of a constant rate (Matroska: to milliseconds) it
  /// is one tick, so that steps of 1/fps meet every frame once.
  std::int64_t frame_at(double seconds) const;
};

/// Frames a second of a folder of frames where nobody says otherwise.
inline constexpr double default_folder_rate = 25;

/// Reads the index. `file`: a video file, a folder of frames (JPEG or PNG pictures, `folder_rate` a second) or
/// ARCHIVE.tar/MEMBER. Throws VideoError: cannot open, no video stream, no frames, beyond the limits; Error where the
/// machine is at fault (base/machine_fault.hpp); and Stopped soon after `stop` is requested.
std::shared_ptr<const VideoIndex> index_video(const std::filesystem::path& file,
                                              double folder_rate = default_folder_rate, std::stop_token stop = {},
                                              const Limits& limits = {});

}  // namespace pgt::video
