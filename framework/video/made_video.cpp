#include "video/made_video.hpp"

#include "video/made_pictures.hpp"
#include "video/stream_details.hpp"

namespace pgt::video {
std::shared_ptr<const VideoIndex> index_made(const std::filesystem::path& name, const sdk::FrameSource& source,
                                             sdk::Split split, std::size_t sample, const Limits& limits) {
  const sdk::MadeFrames frames = asked_of_plugin(name, [&] { return source.frames(split, sample); });
  check_pixels(name, frames.width, frames.height, limits);
  check_frames(name, frames.count, limits);
  const AVRational rate = av_d2q(frames.fps, 1'000'000);
  auto index = std::make_shared<VideoIndex>();
  index->file = name;
  index->limits = limits;
  index->width = frames.width;
  index->height = frames.height;
  index->time_base_num = rate.den;
  index->time_base_den = rate.num;
  index->fps = av_q2d(rate);
  for (std::int64_t i = 0; i < frames.count; ++i) index->pts.push_back(i);
  index->keys = frames.count;
  index->end_pts = frames.count;
  auto details = std::make_shared<StreamDetails>();
  details->make_reader = [&source, split, sample] { return source.open(split, sample); };
  index->details = std::move(details);
  return index;
}

}  // namespace pgt::video
