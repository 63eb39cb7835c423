#include "encode.hpp"

#include <algorithm>

#include "video/mp4_file.hpp"

namespace pgt::synth {
namespace {

video::Encoding encoding_of(const Reel& reel) {
  const int fps = static_cast<int>(reel.fps);
  // A constant quantiser: rate control would make the quality tell how far into the video a frame is.
  return {.settings = {{"preset", "veryfast"}, {"qp", "18"}, {"forced-idr", "1"}, {"x264-params", "scenecut=0"}},
          .width = static_cast<int>(reel.width),
          .height = static_cast<int>(reel.height),
          .time_base = {1, fps},
          .rate = {fps, 1},
          .key_interval = static_cast<int>(key_interval),
          .threads = 1};  // the videos are what runs in parallel
}

void copy_plane(const std::vector<std::uint8_t>& from, std::size_t width, AVFrame& frame, int plane) {
  std::uint8_t* to = frame.data[plane];
  for (auto row = from.begin(); row != from.end(); row += static_cast<std::ptrdiff_t>(width)) {
    std::copy_n(row, width, to);
    to += frame.linesize[plane];
  }
}

}  // namespace

void encode(const std::filesystem::path& file, const Reel& reel, std::int64_t first_key,
            const std::function<void(std::int64_t frame, Picture& picture)>& paint) {
  video::Mp4File video(file, encoding_of(reel));
  Picture picture(reel.width, reel.height);
  for (std::int64_t frame = 0; frame < reel.frames; ++frame) {
    paint(frame, picture);
    AVFrame& stored = video.picture();
    copy_plane(picture.luma, picture.width, stored, 0);
    copy_plane(picture.blue, picture.width / 2, stored, 1);
    copy_plane(picture.red, picture.width / 2, stored, 2);
    video.write(frame, frame == 0 || frame == first_key);
  }
  video.finish();
}

}  // namespace pgt::synth
