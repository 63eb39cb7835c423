#include "video/decoder.hpp"

#include <new>
#include <string>

namespace pgt::video {
namespace {

/// Packets in a row that a codec may swallow: it keeps some while it reorders pictures, a few are never shown. Beyond
/// that a file is only made to look like a video, and would be read to its end for nothing.
constexpr int most_without_picture = 1000;

}  // namespace

Decoder::Decoder(const AVCodecParameters& parameters, AVRational time_base, int threads, const Limits& limits)
    : limits_(limits), notes_(std::make_unique<DecoderNotes>()), frame_(new_frame()), packet_(new_packet()) {
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw Damage{std::string("this FFmpeg has no decoder for its codec, ") + avcodec_get_name(parameters.codec_id)};
  }
  codec_.reset(avcodec_alloc_context3(codec));
  if (!codec_ || avcodec_parameters_to_context(codec_.get(), &parameters) < 0) throw std::bad_alloc();
  codec_->pkt_timebase = time_base;
  codec_->thread_count = threads;
  codec_->max_pixels = decoder_pixels(limits);
  notes_->watch(*codec_);
  codec_->flags |= AV_CODEC_FLAG_BITEXACT;  // the same bits on every processor
  if (const int code = avcodec_open2(codec_.get(), codec, nullptr); code < 0) fail("its codec cannot be opened", code);
}

const AVFrame* Decoder::next(PacketSource& source, const LeaveOut& leave_out) {
  for (int without_picture = 0;;) {
    const int code = avcodec_receive_frame(codec_.get(), frame_.get());
    if (code == AVERROR_EOF) return nullptr;
    if (code >= 0) {
      if (std::int64_t{frame_->width} * frame_->height > limits_.max_pixels) throw Damage{too_many_pixels(limits_)};
      doubtful_ =
          frame_->decode_error_flags != 0 || (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0 || notes_->doubts(*frame_);
      return frame_.get();
    }
    if (code != AVERROR(EAGAIN)) fail("its data are damaged", code);
    if (draining_) return nullptr;
    if (source.next(*packet_)) {
      if (leave_out && leave_out(*packet_)) continue;
      if (++without_picture > most_without_picture) {
        throw Damage{"no picture comes from " + std::to_string(most_without_picture) + " packets"};
      }
      send(*packet_);
    } else {
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
    }
  }
}

void Decoder::send(AVPacket& packet) {
  // Other decoders report what they could not decode.
  const bool cut = codec_->codec_id == AV_CODEC_ID_MJPEG && (packet.flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (cut) throw Damage{"its picture is cut short"};
  notes_->number(*codec_, packet);
  const int code = avcodec_send_packet(codec_.get(), &packet);
  av_packet_unref(&packet);
  if (code < 0) fail("its data are damaged", code);
}

void Decoder::fail(const std::string& what, int code) const {
  check_memory(code);
  throw Damage{complained_of_size() ? too_many_pixels(limits_) : with_cause(what, code)};
}

void Decoder::flush() {
  avcodec_flush_buffers(codec_.get());
  notes_->clear();
  draining_ = false;
}

int Decoder::delay() const { return codec_->has_b_frames + codec_->thread_count; }

}  // namespace pgt::video
