#include "video/ffmpeg.hpp"

#include <cstdarg>
#include <mutex>
#include <new>
#include <string_view>

namespace pgt::video {
namespace {

thread_local std::string last_complaint;

/// Some decoders only log that data were damaged, fill the gap with something, and give the picture as if it were
/// sound.
bool tells_of_damage(std::string_view message) {
  return message.starts_with("error while decoding MB") ||                         // H.264
         message.starts_with("concealing") ||                                      // H.264, MPEG-1 to MPEG-4, H.263
         message.starts_with("error dc") || message.starts_with("error count") ||  // MJPEG
         message.starts_with("CABAC_MAX_BIN") || message.starts_with("The cu_qp_delta");  // HEVC
}

void note_damage(void* object) {
  if (object == nullptr || *static_cast<const AVClass**>(object) != avcodec_get_class()) return;
  const auto& codec = *static_cast<const AVCodecContext*>(object);
  if (codec.opaque != nullptr) static_cast<DecoderNotes*>(codec.opaque)->note_damage(codec.reordered_opaque);
}

void keep_complaint(void* object, int level, const char* format, va_list arguments) {
  if (tells_of_damage(format)) note_damage(object);
  if (level > AV_LOG_ERROR) return;
  char line[256];
  int print_prefix = 0;
  av_log_format_line2(object, level, format, arguments, line, sizeof line, &print_prefix);
  std::string text = line;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (!text.empty()) last_complaint = text;
}

template <class Pointer, class Raw>
Pointer owned(Raw* raw) {
  if (raw == nullptr) throw std::bad_alloc();
  return Pointer(raw);
}

}  // namespace

FramePtr new_frame() { return owned<FramePtr>(av_frame_alloc()); }

PacketPtr new_packet() { return owned<PacketPtr>(av_packet_alloc()); }

ParametersPtr copy_parameters(const AVCodecParameters& parameters) {
  auto copy = owned<ParametersPtr>(avcodec_parameters_alloc());
  if (avcodec_parameters_copy(copy.get(), &parameters) < 0) throw std::bad_alloc();
  return copy;
}

void quiet_ffmpeg() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(keep_complaint); });
}

void DecoderNotes::note_damage(std::int64_t packet) {
  const std::lock_guard lock(mutex_);
  damaged_.insert(packet);
}

bool DecoderNotes::doubts(std::int64_t packet, bool key) {
  const std::lock_guard lock(mutex_);
  if (key && !damaged_.contains(packet)) damaged_.erase(damaged_.begin(), damaged_.lower_bound(packet));
  return !damaged_.empty() && *damaged_.begin() <= packet;
}

void DecoderNotes::clear() {
  const std::lock_guard lock(mutex_);
  damaged_.clear();
}

void forget_complaint() { last_complaint.clear(); }

std::string with_cause(const std::string& what, int code) {
  std::string cause;
  if (code != 0) {
    char text[AV_ERROR_MAX_STRING_SIZE];
    cause = av_make_error_string(text, sizeof text, code);
  }
  if (!last_complaint.empty()) cause += (cause.empty() ? "" : ": ") + last_complaint;
  return cause.empty() ? what : what + " (" + cause + ")";
}

}  // namespace pgt::video
