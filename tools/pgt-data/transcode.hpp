/// Small copies of videos that train faster: a short side, random-access points close together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace pgt::data {

struct TranscodeOptions {
  std::filesystem::path from;  ///< a folder; what is below it keeps its place below `to`
  std::filesystem::path to;
  std::int64_t short_side = 256;  ///< pixels; smaller videos keep their size
  std::int64_t keys = 12;         ///< frames from one random-access point to the next, at most
  std::int64_t quality = 20;      ///< of x264: smaller is better
  int threads = 1;                ///< videos at a time
};

/// What became of one video.
struct Copy {
  std::filesystem::path from, to;  ///< relative to the folders
  std::uintmax_t bytes = 0, copied_bytes = 0;
  std::string row{};       ///< of provenance.csv
  bool was_there = false;  ///< from an earlier call, and nothing has changed since
  std::string reason{};    ///< why there is none; empty: there is one
};

struct Copies {
  std::vector<Copy> of_videos;
  std::vector<std::filesystem::path> left_over;  ///< of an earlier call; their videos are gone, or elsewhere now
};

/// Writes `to`/NAME.mp4 for every video, with the program ffmpeg, and `to`/provenance.csv: what each was made of and
/// how; of videos that would share a name, those that are not called so get NAME.SUFFIX.mp4. A copy is kept only if it
/// has the frames of its video at their times, to two milliseconds. What an earlier call made of the same video with
/// the same settings is not made again. `progress` is told how many are done, from one thread at a time. Throws
/// Error(usage) if there is no ffmpeg, and if `to` is `from` or below it; Error(data) if there are no videos; Error(io)
/// while another process writes to `to`.
Copies transcode(const TranscodeOptions& options, const std::function<void(std::size_t done)>& progress);

}  // namespace pgt::data
