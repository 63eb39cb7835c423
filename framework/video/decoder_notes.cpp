#include "video/decoder_notes.hpp"

#include <algorithm>
#include <mutex>

namespace pgt::video {
namespace {

/// Some decoders only log that data were damaged, fill the gap with something, and give the picture as if it were
/// sound.
bool tells_of_damage(std::string_view message) {
  return message.starts_with("error while decoding MB") ||                         // H.264
         message.starts_with("concealing") ||                                      // H.264, MPEG-1 to MPEG-4, H.263
         message.starts_with("error dc") || message.starts_with("error count") ||  // MJPEG
         message.starts_with("CABAC_MAX_BIN") || message.starts_with("The cu_qp_delta") ||  // HEVC
         message.starts_with("slice CRC mismatch");                                         // FFV1
}

/// The notes of all decoders there are: the log is that of the whole process, and other codecs have an `opaque`, too.
struct AllNotes {
  std::mutex mutex;  ///< of what the notes hold, too
  std::set<const void*> notes;
};

AllNotes& all_notes() {
  static auto* const all = new AllNotes;  // codec threads may outlive static objects
  return *all;
}

bool is_key(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame.flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame.key_frame != 0;
#endif
}

}  // namespace

DecoderNotes::DecoderNotes() {
  const std::lock_guard lock(all_notes().mutex);
  all_notes().notes.insert(this);
}

DecoderNotes::~DecoderNotes() {
  const std::lock_guard lock(all_notes().mutex);
  all_notes().notes.erase(this);
}

void DecoderNotes::watch(AVCodecContext& codec) {
  codec.opaque = this;  // which the copies of the context that frame threads work with have, too
#if LIBAVCODEC_VERSION_MAJOR >= 60
  codec.flags |= AV_CODEC_FLAG_COPY_OPAQUE;
#endif
}

void DecoderNotes::number([[maybe_unused]] AVCodecContext& codec, [[maybe_unused]] AVPacket& packet) {
  const std::lock_guard lock(all_notes().mutex);
#if LIBAVCODEC_VERSION_MAJOR >= 60
  packet.opaque = reinterpret_cast<void*>(static_cast<std::intptr_t>(sent_++));
#else
  codec.reordered_opaque = sent_++;
#endif
}

bool DecoderNotes::doubts(const AVFrame& picture) {
#if LIBAVCODEC_VERSION_MAJOR >= 60
  const std::int64_t packet = reinterpret_cast<std::intptr_t>(picture.opaque);
#else
  const std::int64_t packet = picture.reordered_opaque;
#endif
  const std::lock_guard lock(all_notes().mutex);
  if (is_key(picture) && !damaged_.contains(packet)) damaged_.erase(damaged_.begin(), damaged_.lower_bound(packet));
  return !damaged_.empty() && *damaged_.begin() <= packet;
}

void DecoderNotes::clear() {
  const std::lock_guard lock(all_notes().mutex);
  damaged_.clear();
}

void DecoderNotes::take(void* object, std::string_view message) {
  const bool of_codec = object != nullptr && *static_cast<const AVClass**>(object) == avcodec_get_class();
  if (!of_codec || !tells_of_damage(message)) return;
  const auto& codec = *static_cast<const AVCodecContext*>(object);
  const std::lock_guard lock(all_notes().mutex);
  if (!all_notes().notes.contains(codec.opaque)) return;
  auto& notes = *static_cast<DecoderNotes*>(codec.opaque);
#if LIBAVCODEC_VERSION_MAJOR >= 60
  notes.damaged_.insert(notes.sent_ - std::max(1, codec.thread_count));  // the first that may be under way
#else
  notes.damaged_.insert(codec.reordered_opaque);
#endif
}

}  // namespace pgt::video
