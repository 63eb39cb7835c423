/// What decoders say about damage in FFmpeg's log alone. Private to this folder.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// Notes packets of which a decoder says in its log, and nowhere else, that it could not decode them whole. (Where the
/// second field of a picture is a packet of its own, damage to it is noted of the pictures after it.) Threads: any.
class DecoderNotes {
 public:
  DecoderNotes();
  ~DecoderNotes();
  DecoderNotes(const DecoderNotes&) = delete;
  DecoderNotes& operator=(const DecoderNotes&) = delete;

  /// Before the codec is opened. The notes must outlive it.
  void watch(AVCodecContext& codec);
  /// Numbers the packet that is sent next.
  void number(AVCodecContext& codec, AVPacket& packet);
  /// Whether the picture is damaged, or may refer to one that is: its packet was decoded after that one's, and no sound
  /// random-access point has come since.
  bool doubts(const AVFrame& picture);
  void clear();

  /// Called for every message of FFmpeg's log; `object` is what says it.
  static void take(void* object, std::string_view message);

 private:
  std::int64_t sent_ = 0;
  std::set<std::int64_t> damaged_;  ///< numbers of packets
};

}  // namespace pgt::video
