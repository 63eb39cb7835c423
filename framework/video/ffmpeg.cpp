#include "video/ffmpeg.hpp"

#include <cstdarg>
#include <mutex>
#include <new>
#include <utility>

#include "video/decoder_notes.hpp"

namespace pgt::video {
namespace {

thread_local std::string last_complaint;
thread_local bool size_complaint = false;

void keep_complaint(void* object, int level, const char* format, va_list arguments) {
  DecoderNotes::take(object, format);
  if (level > AV_LOG_ERROR) return;
  char line[256];
  int print_prefix = 0;
  av_log_format_line2(object, level, format, arguments, line, sizeof line, &print_prefix);
  std::string text = line;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (!text.empty()) last_complaint = text;
  if (text.find("exceeds specified max pixel count") != std::string::npos) size_complaint = true;
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

void forget_complaint() {
  last_complaint.clear();
  size_complaint = false;
}

bool complained_of_size() { return std::exchange(size_complaint, false); }

void check_memory(int code) {
  constexpr std::size_t some = std::size_t{64} << 20;
  if (code != AVERROR(ENOMEM)) return;
  void* const block = av_malloc(some);
  if (block == nullptr) throw std::bad_alloc();
  av_free(block);
}

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
