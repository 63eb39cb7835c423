#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "video/decoder.hpp"
#include "video/picture_times.hpp"
#include "video/stream_details.hpp"
#include "video/stream_shape.hpp"

namespace pgt::video {
namespace {

struct PacketNote {
  std::int64_t pts;
  std::int64_t duration;
};

struct PacketTimes {
  std::int64_t pts;
  std::int64_t dts;
  bool key;
};

/// What one pass over the packets tells.
struct Packets {
  std::vector<PacketNote> shown;      ///< ascending
  std::vector<std::int64_t> key_pts;  ///< of the random-access points, ascending, hidden ones included
  std::vector<PacketTimes> times;     ///< of every packet, in the file's order
};

/// VP8 keeps pictures that are only referred to in packets of their own; the header's fifth bit says so.
bool is_hidden(const AVPacket& packet, AVCodecID codec) {
  if (packet.flags & AV_PKT_FLAG_DISCARD) return true;  // cut off by an edit list
  return codec == AV_CODEC_ID_VP8 && packet.size > 0 && ((packet.data[0] >> 4) & 1) == 0;
}

Packets read_packets(PacketSource& source, const std::filesystem::path& file, const Limits& limits) {
  Packets packets;
  const PacketPtr packet = new_packet();
  while (source.next(*packet)) {
    const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    packets.times.push_back({packet->pts, packet->dts, key});
    check_frames(file, std::ssize(packets.times), limits);
    if (key) packets.key_pts.push_back(packet->pts);
    if (!is_hidden(*packet, source.parameters().codec_id)) packets.shown.push_back({packet->pts, packet->duration});
  }
  std::ranges::sort(packets.shown, {}, &PacketNote::pts);
  return packets;
}

/// Pictures that are files follow each other evenly and do not depend on each other; none needs to be read for that.
Packets count_pictures(const PacketSource& source) {
  Packets packets;
  for (std::int64_t i = 0; i < source.pictures(); ++i) {
    packets.shown.push_back({i, 1});
    packets.key_pts.push_back(i);
    packets.times.push_back({i, i, true});
  }
  return packets;
}

bool all_have_pts(const Packets& packets) {
  return std::ranges::find(packets.times, AV_NOPTS_VALUE, &PacketTimes::pts) == packets.times.end();
}

/// What tells this stream's packets apart. Two packets with one presentation time, and random-access points that go
/// back in time while the decoding times do so too, are those of recordings that were joined end to end.
StampKind stamp_kind_of(const Packets& packets) {
  const auto& times = packets.times;
  const bool one_each =
      std::ranges::adjacent_find(packets.shown, {}, &PacketNote::pts) == packets.shown.end() && all_have_pts(packets);
  const bool dts_ascend = std::ranges::find(times, AV_NOPTS_VALUE, &PacketTimes::dts) == times.end() &&
                          std::ranges::is_sorted(times, std::less_equal{}, &PacketTimes::dts);
  if (one_each && (dts_ascend || std::ranges::is_sorted(packets.key_pts))) return StampKind::presentation;
  return dts_ascend ? StampKind::decoding : StampKind::place;
}

/// Fills frames and keys from presentation times. Pictures before the first random-access point (a file cut out of an
/// open group of pictures) refer to what the file does not hold, and no player shows them.
void index_by_pts(const Packets& packets, VideoIndex& index, StreamDetails& details) {
  std::vector<std::int64_t> keys = packets.key_pts;
  std::ranges::sort(keys);
  const std::int64_t first = keys.empty() ? std::numeric_limits<std::int64_t>::min() : keys.front();
  std::int64_t last_duration = 0;
  for (const PacketNote& note : packets.shown) {
    if (note.pts < first) continue;
    index.pts.push_back(note.pts);
    last_duration = note.duration;
  }
  if (index.pts.empty()) return;
  index.end_pts = index.pts.back() + last_duration;
  for (const std::int64_t stamp : keys) {
    const std::size_t frame = index.pts.from(stamp);
    if (frame == index.pts.size()) continue;
    details.keys.push_back({static_cast<std::int64_t>(frame), stamp});
    if (index.pts[frame] == stamp) ++index.keys;
  }
}

/// Fills frames and keys by decoding the stream once: where its packets have no presentation times, or not one each,
/// the order of the pictures is known only then.
void index_by_decoding(const Packets& packets, std::int64_t step, VideoIndex& index, StreamDetails& details,
                       std::stop_token stop) {
  PacketSource source(index, details, std::move(stop));
  Decoder decoder(source.parameters(), source.stream().time_base, 1, index.limits);
  const bool has_times = std::ranges::any_of(packets.times, [](const auto& of) { return of.pts != AV_NOPTS_VALUE; });
  PictureTimes times(step, has_times && !all_have_pts(packets));
  const bool by_place = details.stamp_kind == StampKind::place;
  const auto packet_of = [&](std::int64_t stamp) {
    const auto& all = packets.times;
    if (by_place) return all.begin() + std::min(stamp, std::ssize(all) - 1);
    return std::min(std::ranges::lower_bound(all, stamp, {}, &PacketTimes::dts), all.end() - 1);
  };
  for (;;) {
    const AVFrame* frame = nullptr;
    try {
      frame = decoder.next(source);
    } catch (const Damage&) {
      continue;  // there is no picture
    }
    if (frame == nullptr) break;
    // The reader names damaged pictures; those that a file begins with refer to what was cut off, and nobody misses
    // them.
    if (decoder.doubtful() && index.pts.empty()) continue;
    if (frame->pts == AV_NOPTS_VALUE) continue;
    const auto packet = packet_of(frame->pts);
    // Where times are missing (AVI has none), it is when the packet comes that pushes the picture out of the decoder.
    const bool own = has_times && (packet->pts != AV_NOPTS_VALUE || !index.pts.empty());
    const std::int64_t time = times.next(own ? packet->pts : frame->pkt_dts, duration_of(*frame));
    if (!by_place && packet->key && frame->pict_type == AV_PICTURE_TYPE_I) {
      details.keys.push_back({index.frames(), frame->pts});
      ++index.keys;
    }
    details.stamps.push_back({frame->pts, index.frames()});
    index.pts.push_back(time);
    index.end_pts = times.end();
  }
  if (index.pts.empty()) return;
  if (by_place) index.keys = 1;
  std::ranges::sort(details.stamps, {}, &StreamDetails::Stamp::stamp);
}

/// Whether every frame starts where the constant rate puts it, give or take a tick for rounding.
bool is_constant(const VideoIndex& index, AVRational rate) {
  if (rate.num <= 0 || rate.den <= 0) return false;
  const AVRational tick{static_cast<int>(index.time_base_num), static_cast<int>(index.time_base_den)};
  for (std::int64_t i = 0; i < index.frames(); ++i) {
    const std::int64_t expected = index.pts.front() + av_rescale_q(i, av_inv_q(rate), tick);
    if (std::abs(index.pts[static_cast<std::size_t>(i)] - expected) > 1) return false;
  }
  return true;
}

void set_rate(VideoIndex& index, const AVStream& stream) {
  const double tick = av_q2d(stream.time_base);
  if (index.end_pts <= index.pts.back()) {  // the last packet has no duration: that of the others, on average
    const std::int64_t gaps = index.frames() - 1;
    const double mean = gaps > 0 ? static_cast<double>(index.pts.back() - index.pts.front()) / static_cast<double>(gaps)
                                 : 1 / (tick * std::max(1.0, av_q2d(stream.avg_frame_rate)));
    index.end_pts = index.pts.back() + std::max<std::int64_t>(1, std::llround(mean));
  }
  index.fps = static_cast<double>(index.frames()) / index.duration();
  if (index.frames() < 2) return;
  for (const AVRational rate : {stream.avg_frame_rate, stream.r_frame_rate}) {
    if (!is_constant(index, rate)) continue;
    index.fps = av_q2d(rate);
    index.grace = grace_of(rate, stream.time_base);
    return;
  }
}

}  // namespace

std::shared_ptr<const VideoIndex> index_video(const std::filesystem::path& file, double folder_rate,
                                              std::stop_token stop, const Limits& limits) {
  PacketSource source(file, stop, limits, av_d2q(folder_rate, 1'000'000));
  const AVStream& stream = source.stream();
  auto index = std::make_shared<VideoIndex>();
  auto details = std::make_shared<StreamDetails>();
  index->file = file;
  index->limits = limits;
  index->stream = stream.index;
  index->time_base_num = stream.time_base.num;
  index->time_base_den = stream.time_base.den;
  index->rotation = rotation_of(stream);
  index->width = stream.codecpar->width;
  index->height = stream.codecpar->height;
  const AVRational aspect = av_guess_sample_aspect_ratio(source.format(), const_cast<AVStream*>(&stream), nullptr);
  index->aspect_num = aspect.num;
  index->aspect_den = aspect.den;
  if (index->rotation % 180 != 0) std::swap(index->width, index->height);
  // A stream that is read as it was probed (before the packets may change it) is what a reader can open.
  details->parameters = copy_parameters(*stream.codecpar);
  try {
    Decoder(source.parameters(), stream.time_base, 1, limits);
    check_frames(file, source.pictures(), limits);
    const Packets packets = source.pictures() > 0 ? count_pictures(source) : read_packets(source, file, limits);
    if (packets.shown.empty()) throw VideoError(file, with_cause("its video stream has no frames", 0));
    details->stamp_kind = stamp_kind_of(packets);
    if (details->stamp_kind == StampKind::presentation) {
      index_by_pts(packets, *index, *details);
    } else {
      index_by_decoding(packets, nominal_step(stream), *index, *details, std::move(stop));
    }
  } catch (const Damage& damage) {
    throw VideoError(file, damage.text);
  }
  if (index->pts.empty()) throw VideoError(file, "none of its frames can be decoded");
  if (index->width <= 0 || index->height <= 0) throw VideoError(file, "the size of its pictures is unknown");
  set_rate(*index, stream);
  index->cut_off = source.frames_cut_off();
  index->details = std::move(details);
  return index;
}

}  // namespace pgt::video
