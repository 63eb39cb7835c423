#include "video/live_pictures.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "video/stream_shape.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr int longest_gap = 10;  // seconds from a picture to the next of the same part

/// Only some packets of a program stream have times.
bool is_sparse(const AVFormatContext& format) { return std::string_view(format.iformat->name) == "mpeg"; }

/// In ticks; the sender may claim any length of a picture, and any rate.
std::int64_t at_most_the_longest_gap(std::int64_t ticks, const AVStream& stream) {
  return std::min(ticks, std::max<std::int64_t>(1, av_rescale_q(longest_gap, {1, 1}, stream.time_base)));
}

PictureTimes times_of(const PacketSource& source) {
  const AVStream& stream = source.stream();
  return {at_most_the_longest_gap(nominal_step(stream), stream), is_sparse(*source.format())};
}

}  // namespace

LivePictures::LivePictures(const LiveAddress& address, std::stop_token stop, const Limits& limits,
                           std::chrono::milliseconds patience)
    : shown_(address.shown()),
      patience_(patience),
      source_(address, std::move(stop), limits, patience),
      times_(times_of(source_)) {
  try {
    decoder_.emplace(source_.parameters(), source_.stream().time_base, 1, limits);
  } catch (const Damage& damage) {
    throw VideoError(shown_, damage.text);
  }
}

TimeBase LivePictures::base() const { return {source_.stream().time_base.num, source_.stream().time_base.den}; }

AVRational LivePictures::rate() const { return nominal_rate(source_.stream()); }

double LivePictures::grace() const { return grace_of(rate(), source_.stream().time_base); }

int LivePictures::rotation() const { return rotation_of(source_.stream()); }

std::pair<int, int> LivePictures::size(const Picture& first) const {
  const AVCodecParameters& named = *source_.stream().codecpar;
  const bool by_name = !first.leaps && named.width > 0 && named.height > 0;  // as a file is looked at
  const int width = by_name ? named.width : first.frame->width, height = by_name ? named.height : first.frame->height;
  return rotation() % 180 == 0 ? std::pair(width, height) : std::pair(height, width);
}

const AVFrame* LivePictures::next_sound() {
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    if (std::chrono::steady_clock::now() > deadline) {
      const std::string text = "no picture has come for " +
                               std::to_string(std::chrono::floor<std::chrono::seconds>(patience_).count()) + " s";
      throw VideoError(shown_, with_cause(text, 0));
    }
    try {
      const AVFrame* const frame = decoder_->next(source_, [this](const AVPacket& packet) {
        if ((packet.flags & AV_PKT_FLAG_KEY) != 0 && !first_key_) first_key_ = packet.pts;
        return false;
      });
      if (frame == nullptr) return nullptr;
      if (first_key_ && frame->pts != AV_NOPTS_VALUE && last_ == AV_NOPTS_VALUE && frame->pts < *first_key_) continue;
      if (!decoder_->doubtful()) return frame;
    } catch (const Damage&) {
      // There is no picture; the next packets may have one.
    }
    if (last_ != AV_NOPTS_VALUE) ++damaged_;  // what a connection begins with refers to what was before it
  }
}

/// Where times are missing (raw streams, AVI), it is when the packet comes that pushes the picture out of the decoder.
/// Times that are too large to be reckoned with are none.
std::int64_t LivePictures::time_of(const AVFrame& frame) {
  constexpr std::int64_t furthest = std::numeric_limits<std::int64_t>::max() / 2;
  has_times_ = has_times_ || frame.pts != AV_NOPTS_VALUE;
  const std::int64_t time = has_times_ ? frame.pts : frame.pkt_dts;
  return time > -furthest && time < furthest ? time : AV_NOPTS_VALUE;
}

bool LivePictures::leaps_to(std::int64_t time) const {
  constexpr double furthest_back = 1;  // seconds
  if (time == AV_NOPTS_VALUE || last_ == AV_NOPTS_VALUE) return false;
  const double gap = static_cast<double>(time) * av_q2d(source_.stream().time_base) -
                     static_cast<double>(last_) * av_q2d(source_.stream().time_base);
  return gap > longest_gap || gap < -furthest_back;
}

std::optional<LivePictures::Picture> LivePictures::next() {
  const AVFrame* const frame = next_sound();
  if (frame == nullptr) {
    if (const std::string failure = source_.failure(); !failure.empty()) throw VideoError(shown_, failure);
    return std::nullopt;
  }
  const std::int64_t time = time_of(*frame);
  const bool leaps = leaps_to(time);
  if (leaps) times_ = times_of(source_);
  last_ = times_.next(time, at_most_the_longest_gap(duration_of(*frame), source_.stream()));
  return Picture{frame, last_, times_.end(), leaps};
}

}  // namespace pgt::video
