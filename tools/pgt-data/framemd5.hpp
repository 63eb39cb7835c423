/// Fingerprints of a video's frames, as ffmpeg's framemd5 writes them.
#pragma once

#include <cstdio>
#include <filesystem>

namespace pgt::data {

/// One line per frame: stream, dts, pts, duration, bytes, MD5 of the decoded picture as it is stored; times are in
/// ticks of the `#tb` line. A frame that cannot be decoded is a comment with the reason in its place. The number of
/// those. Throws VideoError if the file has no frames at all.
std::int64_t write_framemd5(const std::filesystem::path& file, std::FILE* out);

}  // namespace pgt::data
