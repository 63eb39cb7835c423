/// One codec, from packets to pictures. Private to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

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
  Decoder(const AVCodecParameters& parameters, AVRational time_base, int threads);

  using LeaveOut = std::function<bool(const AVPacket&)>;

  /// The next picture in presentation order, nothing after the last; packets that `leave_out` says so of are not
  /// decoded. Valid until the next call. Throws Damage, also for a picture that FFmpeg patched up and for those decoded
  /// after it, which may depend on it, and where packets come without end but no picture.
  const AVFrame* next(PacketSource& source, const LeaveOut& leave_out = {});
  /// Feeds a packet that was read already.
  void send(AVPacket& packet);
  /// Forgets everything, for a seek.
  void flush();
  /// Pictures that may be on their way inside.
  int delay() const;

 private:
  std::unique_ptr<DecoderNotes> notes_;  // outlives codec_, which points at it
  CodecPtr codec_;
  FramePtr frame_;
  PacketPtr packet_;
  std::int64_t sent_ = 0;
  bool draining_ = false;
};

}  // namespace pgt::video
