/// One codec, from packets to pictures. Private to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "video/decoder_notes.hpp"
#include "video/packet_source.hpp"

namespace pgt::video {

/// A picture or a packet that is damaged, or was never there: `text` says what.
struct Damage {
  std::string text;
};

/// Pulls packets from a source until a picture comes out. A picture's `pts` is that of its packet: its stamp.
class Decoder {
 public:
  /// Throws Damage when the codec cannot be opened.
  Decoder(const AVCodecParameters& parameters, AVRational time_base, int threads, const Limits& limits);

  Decoder(Decoder&&) = delete;

  using LeaveOut = std::function<bool(const AVPacket&)>;

  /// The next picture in presentation order, nothing after the last; packets that `leave_out` says so of are not
  /// decoded. Valid until the next call. Throws Damage where there is none, and where packets come without end but no
  /// picture.
  const AVFrame* next(PacketSource& source, const LeaveOut& leave_out = {});
  /// Whether FFmpeg patched that picture up, or it was decoded after one of which that is so, and may refer to it.
  bool doubtful() const { return doubtful_; }
  /// Feeds a packet that was read already.
  void send(AVPacket& packet);
  /// Forgets everything, for a seek.
  void flush();
  /// Pictures that may be on their way inside.
  int delay() const;

 private:
  [[noreturn]] void fail(const std::string& what, int code) const;

  Limits limits_;
  std::unique_ptr<DecoderNotes> notes_;  // outlives codec_, which points at it
  CodecPtr codec_;
  FramePtr frame_;
  PacketPtr packet_;
  bool doubtful_ = false;
  bool draining_ = false;
};

}  // namespace pgt::video
