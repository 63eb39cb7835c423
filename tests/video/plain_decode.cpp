#include "video/plain_decode.hpp"

#include <stdexcept>

#include "video/ffmpeg.hpp"
#include "video/make_video.hpp"

namespace pgt::video {
namespace {

std::string packed(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const int size = av_image_get_buffer_size(format, frame.width, frame.height, 1);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  av_image_copy_to_buffer(reinterpret_cast<std::uint8_t*>(bytes.data()), size, frame.data, frame.linesize, format,
                          frame.width, frame.height, 1);
  return bytes;
}

}  // namespace

std::vector<PlainPicture> plain_decode(const std::filesystem::path& file) {
  quiet_ffmpeg();
  AVFormatContext* raw = nullptr;
  if (avformat_open_input(&raw, ("file:" + file.string()).c_str(), nullptr, nullptr) < 0) {
    throw std::runtime_error("cannot open " + file.string());
  }
  const FormatPtr format(raw);
  avformat_find_stream_info(format.get(), nullptr);
  const AVCodec* decoder = nullptr;
  const int stream = av_find_best_stream(format.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (stream < 0) throw std::runtime_error("no video in " + file.string());
  const CodecPtr codec(avcodec_alloc_context3(decoder));
  avcodec_parameters_to_context(codec.get(), format->streams[stream]->codecpar);
  codec->thread_count = 1;
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  if (avcodec_open2(codec.get(), decoder, nullptr) < 0) throw std::runtime_error("no decoder for " + file.string());

  std::vector<PlainPicture> pictures;
  const FramePtr frame = new_frame();
  const PacketPtr packet = new_packet();
  const auto receive = [&] {
    while (avcodec_receive_frame(codec.get(), frame.get()) >= 0) {
      pictures.push_back({frame->best_effort_timestamp, md5(packed(*frame))});
    }
  };
  while (av_read_frame(format.get(), packet.get()) >= 0) {
    if (packet->stream_index == stream) {
      avcodec_send_packet(codec.get(), packet.get());
      receive();
    }
    av_packet_unref(packet.get());
  }
  avcodec_send_packet(codec.get(), nullptr);
  receive();
  return pictures;
}

}  // namespace pgt::video
