#include "video/live_sampler.hpp"

#include <new>
#include <utility>

namespace pgt::video {

LiveSampler::LiveSampler(const LiveGrid& grid, std::vector<Transform> cuts, int rotation)
    : grid_(grid), cuts_(std::move(cuts)), rotation_(rotation), scalers_(cuts_.size()) {}

void LiveSampler::take(const LivePictures::Picture& picture, const Give& give) {
  if (!started_) first_ = picture.begin;
  started_ = true;
  const LiveGrid::Shown shown = grid_.next(picture.begin - first_);
  end_ = picture.end - first_;
  show(shown.before, give);
  av_frame_unref(held_.get());
  if (av_frame_ref(held_.get(), picture.frame) < 0) throw std::bad_alloc();
  rgb_ = nullptr;
  show(shown.now, give);
  give_settled(give);
}

void LiveSampler::end(const Give& give) {
  if (started_) show(grid_.rest(end_), give);
}

void LiveSampler::show(std::int64_t times, const Give& give) {
  if (times > 0 && !rgb_) {
    std::size_t bytes = 0;
    for (const Transform& cut : cuts_)
      bytes += static_cast<std::size_t>(cut.width) * static_cast<std::size_t>(cut.height) * 3;
    auto rgb = std::make_shared<std::vector<std::uint8_t>>(bytes);
    std::uint8_t* out = rgb->data();
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
      scalers_[i].convert(*held_, cuts_[i], rotation_, out);
      out += bytes / cuts_.size();
    }
    rgb_ = std::move(rgb);
  }
  for (; times > 0; --times) {
    pending_.push_back({next_++, rgb_});
    give_settled(give);
  }
}

void LiveSampler::give_settled(const Give& give) {
  const std::int64_t count = grid_.count(end_);
  while (!pending_.empty() && pending_.front().number < count) {
    give(std::move(pending_.front()));
    pending_.pop_front();
  }
}

}  // namespace pgt::video
