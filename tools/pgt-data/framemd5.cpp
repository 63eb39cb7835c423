#include "framemd5.hpp"

extern "C" {
#include <libavutil/md5.h>
}

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "run/terminal_bar.hpp"
#include "video/reader.hpp"

namespace pgt::data {
namespace {

std::string md5(const std::string& bytes) {
  std::array<std::uint8_t, 16> sum{};
  av_md5_sum(sum.data(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::string text;
  for (const std::uint8_t byte : sum) {
    constexpr const char* digits = "0123456789abcdef";
    text += {digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

void write_header(const video::VideoIndex& index, const video::StoredPicture& first, std::FILE* out) {
  std::fprintf(out, "#format: frame checksums\n#version: 2\n#hash: MD5\n#tb 0: %lld/%lld\n#media_type 0: video\n",
               static_cast<long long>(index.time_base_num), static_cast<long long>(index.time_base_den));
  std::fprintf(out, "#codec_id 0: rawvideo\n#dimensions 0: %dx%d\n#sar 0: %d/%d\n", first.width, first.height,
               index.aspect_num, index.aspect_den);
  std::fprintf(out, "#stream#, dts,        pts, duration,     size, hash\n");
}

}  // namespace

std::int64_t write_framemd5(const std::filesystem::path& file, std::FILE* out) {
  const auto index = video::index_video(file);
  video::Reader reader(index, static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 16U)));
  bool headed = false;
  std::int64_t failed = 0;
  run::TerminalBar bar("framemd5", "frames", index->frames(), {.progress = isatty(fileno(out)) == 0});
  for (std::int64_t frame = 0; frame < index->frames(); ++frame) {
    bar.show(frame);
    try {
      const video::StoredPicture picture = reader.read_stored(frame);
      if (!headed) write_header(*index, picture, out);
      headed = true;
      const auto pts = static_cast<long long>(index->pts[static_cast<std::size_t>(frame)]);
      std::fprintf(out, "0, %10lld, %10lld, %8lld, %8zu, %s\n", pts, pts, static_cast<long long>(picture.duration),
                   picture.planes.size(), md5(picture.planes).c_str());
    } catch (const video::VideoError& error) {
      ++failed;
      std::fprintf(out, "# %s\n", error.reason().c_str());
    }
  }
  return failed;
}

}  // namespace pgt::data
