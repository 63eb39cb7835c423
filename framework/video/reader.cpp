#include "video/reader.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "video/decoder.hpp"
#include "video/expendable.hpp"
#include "video/made_pictures.hpp"
#include "video/scaler.hpp"
#include "video/stream_details.hpp"

namespace pgt::video {
/// A *run* is what is decoded from one random-access point on. Pictures that come before that point's own are not
/// trusted: they may refer to what is before it (leading pictures of an open group).
struct Reader::State {
  State(std::shared_ptr<const VideoIndex> of, int codec_threads, std::stop_token when)
      : index(std::move(of)), threads(codec_threads), stop(std::move(when)) {
    index->details->make_reader ? void(made.emplace(*index)) : open();
  }

  /// Makes `frame` the current picture.
  const AVFrame& show(std::int64_t frame);
  std::int64_t at() const { return made ? made->position() : broken ? nowhere : position; }

  /// Frames that will be asked for, ascending. Up to the last of them, those between are not decoded where no other
  /// picture needs them.
  std::span<const std::int64_t> wanted;

  std::shared_ptr<const VideoIndex> index;
  int threads;
  std::stop_token stop;
  std::optional<MadePictures> made;  ///< of a video that is not decoded; what follows is not used then
  std::optional<PacketSource> source;
  std::vector<Scaler> scalers;  ///< one for each cut: each keeps what it has worked out

 private:
  static constexpr std::int64_t nowhere = -1;

  void open();
  void start_run(std::size_t key);
  bool start_at(std::size_t key);
  bool reach(std::int64_t frame);
  bool is_worth_a_seek(std::int64_t frame) const;
  bool can_be_left_out(const AVPacket& packet) const;
  [[noreturn]] void fail(std::int64_t frame, const std::string& reason) const;

  std::optional<Decoder> decoder;
  const AVFrame* current = nullptr;
  std::int64_t position = nowhere;  ///< the frame that `current` is; nowhere before the run's first
  std::size_t run_key = 0;          ///< where the run began; 0: the file's beginning
  bool verified = true;             ///< the run's first picture was the right one
  bool broken = false;              ///< the run met damage and cannot continue
};

void Reader::State::open() {
  const StreamDetails& details = *index->details;
  decoder.reset();
  source.emplace(*index, details, stop);
  try {
    decoder.emplace(source->parameters(), source->stream().time_base, threads, index->limits);
  } catch (const Damage& damage) {
    throw VideoError(index->file, damage.text);
  }
  current = nullptr;
  position = nowhere;
  run_key = 0;
  verified = true;
  broken = false;
}

/// Seeks, and looks at the first packet: containers look points up in their own way (by decoding time, or by rough
/// tables) and may arrive elsewhere. Earlier is fine, later or between two points is not.
bool Reader::State::start_at(std::size_t key) {
  const StreamDetails& details = *index->details;
  decoder->flush();
  if (!source->seek(details.keys[key].stamp)) return false;
  const PacketPtr packet = new_packet();
  if (!source->next(*packet) || !(packet->flags & AV_PKT_FLAG_KEY)) return false;
  std::size_t found = key;
  while (details.keys[found].stamp != packet->pts) {
    if (found == 0 || details.keys[found].stamp < packet->pts) return false;
    --found;
  }
  current = nullptr;
  position = nowhere;
  run_key = found;
  verified = false;
  broken = false;
  decoder->send(*packet);
  return true;
}

void Reader::State::start_run(std::size_t key) {
  for (; key > 0; --key) {
    try {
      if (start_at(key)) return;
    } catch (const Damage&) {
      // This point's own packet is of no use; the one before it may be.
    }
  }
  open();
}

/// Decodes up to `frame`; false where the run turns out not to have begun at a true random-access point.
bool Reader::State::reach(std::int64_t frame) {
  while (position != frame) {
    const AVFrame* picture = decoder->next(*source, [this](const AVPacket& packet) { return can_be_left_out(packet); });
    if (picture == nullptr) throw Damage{with_cause("the decoder does not give it", 0)};
    if (decoder->doubtful()) throw Damage{with_cause("its data are damaged", 0)};
    const std::optional<std::int64_t> shown = frame_of(*index, picture->pts);
    const std::int64_t run_start = verified ? position + 1 : index->details->keys[run_key].frame;
    if (!shown || *shown < run_start) continue;
    if (!verified && *shown != run_start) return false;
    verified = true;
    if (*shown > frame) throw Damage{with_cause("the decoder does not give it", 0)};
    current = picture;
    position = *shown;
  }
  return true;
}

/// Frames after the last wanted one are decoded: the next request, which nobody knows yet, may begin with them. A
/// packet that belongs to no frame may be the second field of one.
bool Reader::State::can_be_left_out(const AVPacket& packet) const {
  const std::optional<std::int64_t> frame = frame_of(*index, packet.pts);
  if (!frame || *frame >= wanted.back() || std::ranges::binary_search(wanted, *frame)) return false;
  return is_expendable(packet, source->parameters());
}

/// Backwards always; forwards where a later point saves more pictures than wait inside the decoder.
bool Reader::State::is_worth_a_seek(std::int64_t frame) const {
  if (broken || frame < position) return true;
  const std::size_t key = key_before(*index, frame);
  return key > run_key && index->details->keys[key].frame > position + decoder->delay();
}

const AVFrame& Reader::State::show(std::int64_t frame) {
  if (frame < 0 || frame >= index->frames()) fail(frame, "there are " + std::to_string(index->frames()));
  if (made) return made->show(frame);
  if (frame == position && !broken) return *current;
  const std::size_t best = key_before(*index, frame);
  bool stepped_back = false;
  try {
    if (is_worth_a_seek(frame)) start_run(best);
    for (;;) {
      try {
        if (reach(frame)) return *current;
        stepped_back = true;  // only runs that began with a seek can be false; this one is not tried again
        start_run(run_key == 0 ? 0 : run_key - 1);
      } catch (const Damage& damage) {
        broken = true;
        if (run_key < best && !stepped_back) {
          start_run(best);  // what is damaged is before a point from which the frame can still be reached
          if (run_key < best) stepped_back = true;
        } else if (run_key > 0 && !stepped_back) {
          stepped_back = true;  // not a true random-access point: the pictures after it need what came before
          start_run(run_key - 1);
        } else {
          fail(frame, damage.text);
        }
      }
    }
  } catch (const VideoError&) {
    broken = true;
    throw;
  }
}

void Reader::State::fail(std::int64_t frame, const std::string& reason) const {
  throw VideoError(index->file, "frame " + std::to_string(frame) + " cannot be decoded: " + reason);
}

Reader::Reader(std::shared_ptr<const VideoIndex> index, int threads, std::stop_token stop)
    : state_(std::make_unique<State>(std::move(index), threads, std::move(stop))) {}

const VideoIndex& Reader::index() const { return *state_->index; }

int Reader::threads() const { return state_->threads; }

std::int64_t Reader::position() const { return state_->at(); }

void Reader::set_stop(std::stop_token stop) {
  state_->stop = stop;
  if (state_->source) state_->source->set_stop(std::move(stop));
}

Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

void Reader::read(std::span<const std::int64_t> frames, std::span<const Cut> cuts) {
  state_->wanted = frames;
  state_->scalers.resize(std::max(state_->scalers.size(), cuts.size()));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (state_->stop.stop_requested()) throw Stopped();
    const bool again = i > 0 && frames[i] == frames[i - 1];
    const AVFrame* picture = again ? nullptr : &state_->show(frames[i]);
    for (std::size_t c = 0; c < cuts.size(); ++c) {
      const Transform& transform = cuts[c].transform;
      const auto bytes = static_cast<std::size_t>(transform.width) * static_cast<std::size_t>(transform.height) * 3;
      std::uint8_t* out = cuts[c].out + i * bytes;
      if (again) {
        std::copy(out - bytes, out, out);
        continue;
      }
      try {
        state_->scalers[c].convert(*picture, transform, state_->index->rotation, out);
      } catch (const Damage& damage) {
        throw VideoError(state_->index->file, damage.text);
      }
    }
  }
}

void Reader::read(std::span<const std::int64_t> frames, const Transform& transform, std::uint8_t* out) {
  const Cut cut{transform, out};
  read(frames, {&cut, 1});
}

StoredPicture Reader::read_stored(std::int64_t frame) {
  state_->wanted = {&frame, 1};
  const AVFrame& picture = state_->show(frame);
  const auto format = static_cast<AVPixelFormat>(picture.format);
  const int bytes = av_image_get_buffer_size(format, picture.width, picture.height, 1);
  StoredPicture stored{std::string(static_cast<std::size_t>(std::max(bytes, 0)), '\0'), picture.width, picture.height,
                       duration_of(picture)};
  const int code = av_image_copy_to_buffer(reinterpret_cast<std::uint8_t*>(stored.planes.data()), bytes, picture.data,
                                           picture.linesize, format, picture.width, picture.height, 1);
  if (code < 0) throw VideoError(state_->index->file, with_cause("its pictures cannot be copied", code));
  return stored;
}

}  // namespace pgt::video
