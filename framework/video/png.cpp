#include "video/png.hpp"

#include <algorithm>
#include <new>

#include "base/error.hpp"
#include "video/ffmpeg.hpp"

namespace pgt::video {

std::string png(std::span<const std::uint8_t> rgb, int width, int height) {
  const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_PNG);
  if (encoder == nullptr) throw Error(ExitCode::failure, "the FFmpeg of this machine cannot write PNG");
  const CodecPtr codec(avcodec_alloc_context3(encoder));
  if (!codec) throw std::bad_alloc();
  codec->width = width;
  codec->height = height;
  codec->pix_fmt = AV_PIX_FMT_RGB24;
  codec->time_base = {1, 1};
  const FramePtr frame = new_frame();
  frame->width = width;
  frame->height = height;
  frame->format = AV_PIX_FMT_RGB24;
  const PacketPtr packet = new_packet();
  if (avcodec_open2(codec.get(), encoder, nullptr) < 0 || av_frame_get_buffer(frame.get(), 0) < 0) {
    throw Error(ExitCode::failure,
                "FFmpeg cannot write a PNG of " + std::to_string(width) + "x" + std::to_string(height));
  }
  const auto line = static_cast<std::size_t>(3 * width);
  for (std::size_t row = 0; row < static_cast<std::size_t>(height); ++row) {
    std::copy_n(rgb.data() + row * line, line, frame->data[0] + static_cast<std::ptrdiff_t>(row) * frame->linesize[0]);
  }
  if (avcodec_send_frame(codec.get(), frame.get()) < 0 || avcodec_receive_packet(codec.get(), packet.get()) < 0) {
    throw Error(ExitCode::failure, "FFmpeg could not write a PNG");
  }
  return {reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)};
}

}  // namespace pgt::video
