#include "video/made_pictures.hpp"

#include <algorithm>

namespace pgt::video {

MadePictures::MadePictures(const VideoIndex& index)
    : index_(index),
      reader_(asked_of_plugin(index.file, index.details->make_reader)),
      rgb_(3 * static_cast<std::size_t>(index.width) * static_cast<std::size_t>(index.height)) {
  picture_->format = AV_PIX_FMT_RGB24;
  picture_->width = index.width;
  picture_->height = index.height;
  if (av_frame_get_buffer(picture_.get(), 0) < 0) throw std::bad_alloc();
}

const AVFrame& MadePictures::show(std::int64_t frame) {
  if (frame == position_) return *picture_;
  position_ = -1;
  std::ranges::fill(rgb_, std::uint8_t{0});  // what is not drawn is black, whichever frame came before
  asked_of_plugin(
      index_.file, [&] { reader_->read(frame, rgb_); }, "frame " + std::to_string(frame) + " cannot be made: ");
  const auto line = 3 * static_cast<std::size_t>(index_.width);
  std::uint8_t* to = picture_->data[0];
  for (std::size_t from = 0; from < rgb_.size(); from += line, to += picture_->linesize[0]) {
    std::copy_n(rgb_.data() + from, line, to);
  }
  position_ = frame;
  return *picture_;
}

}  // namespace pgt::video
