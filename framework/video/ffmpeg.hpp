/// FFmpeg's objects with owners, and its errors as text. Private to this folder and to tools.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

namespace pgt::video {

struct FreeFormat {
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
};
struct FreeCodec {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
};
struct FreeParameters {
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
};
struct FreeFilter {
  void operator()(AVBSFContext* p) const { av_bsf_free(&p); }
};
struct FreeFrame {
  void operator()(AVFrame* p) const { av_frame_free(&p); }
};
struct FreePacket {
  void operator()(AVPacket* p) const { av_packet_free(&p); }
};
struct FreeScaler {
  void operator()(SwsContext* p) const { sws_freeContext(p); }
};

using FormatPtr = std::unique_ptr<AVFormatContext, FreeFormat>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeCodec>;
using ParametersPtr = std::unique_ptr<AVCodecParameters, FreeParameters>;
using FilterPtr = std::unique_ptr<AVBSFContext, FreeFilter>;
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;
using PacketPtr = std::unique_ptr<AVPacket, FreePacket>;
using ScalerPtr = std::unique_ptr<SwsContext, FreeScaler>;

/// The number in one of FFmpeg's enumerations. Damaged files put any there, and C++ only lets us look at known ones.
template <class Enumeration>
int number_in(const Enumeration& value) {
  int number = 0;
  static_assert(sizeof value == sizeof number);
  std::memcpy(&number, &value, sizeof number);
  return number;
}

/// That the container gives a picture, in ticks; 0 where it gives none.
inline std::int64_t duration_of(const AVFrame& picture) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return picture.duration;
#else
  return picture.pkt_duration;
#endif
}

// Each throws std::bad_alloc where there is no memory.
FramePtr new_frame();
PacketPtr new_packet();
ParametersPtr copy_parameters(const AVCodecParameters& parameters);

/// Keeps FFmpeg's log off the terminal: what it last complained about on each thread becomes part of our reasons, and
/// that a decoder continues after data that it could not decode is noted.
void quiet_ffmpeg();

/// Forgets what was said on this thread.
void forget_complaint();
/// Whether that a picture has more pixels than it may have was said since this was asked last.
bool complained_of_size();
/// Throws std::bad_alloc where FFmpeg's `code` is that there is no memory, and that is so. (Damaged files ask for more
/// than any machine has, and get the same code.)
void check_memory(int code);
/// `what (FFmpeg's text for the code: the last complaint on this thread)`; without the code's text where it is 0.
std::string with_cause(const std::string& what, int code);

}  // namespace pgt::video
