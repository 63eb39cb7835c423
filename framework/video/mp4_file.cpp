#include "video/mp4_file.hpp"

#include <system_error>

#include "base/error.hpp"
#include "base/temporary.hpp"

namespace pgt::video {

void Mp4File::CloseOutput::operator()(AVFormatContext* context) const {
  avio_closep(&context->pb);
  avformat_free_context(context);
}

Mp4File::Mp4File(const std::filesystem::path& file, const Encoding& encoding, const AVStream* sound)
    : file_(file), temporary_(temporary_name(file)) {
  quiet_ffmpeg();  // libx264 reports on every file; errors come back as codes
  open_codec(encoding);
  if (sound == nullptr || open_container(sound) < 0) check(open_container(nullptr));
}

Mp4File::Unfinished::~Unfinished() {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);  // finished, it has another name
}

void Mp4File::check(int code) const {
  if (code >= 0) return;
  char text[AV_ERROR_MAX_STRING_SIZE];
  throw Error(ExitCode::io, "cannot write " + file_.string() + ": " + av_make_error_string(text, sizeof text, code));
}

void Mp4File::open_codec(const Encoding& encoding) {
  const AVCodec* encoder = avcodec_find_encoder_by_name(encoding.codec);
  if (encoder == nullptr) {
    throw Error(ExitCode::failure, std::string("this FFmpeg has no ") + encoding.codec + "; install one that has");
  }
  codec_.reset(avcodec_alloc_context3(encoder));
  codec_->width = encoding.width;
  codec_->height = encoding.height;
  codec_->pix_fmt = AV_PIX_FMT_YUV420P;
  codec_->time_base = encoding.time_base;
  codec_->framerate = encoding.rate;
  codec_->gop_size = encoding.key_interval;
  codec_->max_b_frames = 0;
  codec_->thread_count = encoding.threads;
  codec_->colorspace = encoding.colours;
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  AVDictionary* settings = nullptr;
  for (const auto& [name, value] : encoding.settings) av_dict_set(&settings, name.c_str(), value.c_str(), 0);
  const int opened = avcodec_open2(codec_.get(), encoder, &settings);
  av_dict_free(&settings);
  check(opened);

  frame_->width = codec_->width;
  frame_->height = codec_->height;
  frame_->format = codec_->pix_fmt;
  check(av_frame_get_buffer(frame_.get(), 0));
}

int Mp4File::open_container(const AVStream* sound) {
  AVFormatContext* context = nullptr;
  check(avformat_alloc_output_context2(&context, nullptr, "mp4", nullptr));
  output_.reset(context);
  output_->flags |= AVFMT_FLAG_BITEXACT;
  pictures_ = avformat_new_stream(context, nullptr);
  if (pictures_ == nullptr) check(AVERROR(ENOMEM));
  pictures_->time_base = codec_->time_base;
  pictures_->avg_frame_rate = codec_->framerate;
  check(avcodec_parameters_from_context(pictures_->codecpar, codec_.get()));
  sound_ = nullptr;
  if (sound != nullptr) {
    if (avformat_query_codec(context->oformat, sound->codecpar->codec_id, FF_COMPLIANCE_NORMAL) != 1) return -1;
    sound_ = avformat_new_stream(context, nullptr);
    if (sound_ == nullptr) check(AVERROR(ENOMEM));
    check(avcodec_parameters_copy(sound_->codecpar, sound->codecpar));
    sound_->codecpar->codec_tag = 0;  // of the other container
    sound_->time_base = sound->time_base;
  }
  check(avio_open(&output_->pb, ("file:" + temporary_.path.string()).c_str(), AVIO_FLAG_WRITE));
  return avformat_write_header(context, nullptr);
}

AVFrame& Mp4File::picture() {
  check(av_frame_make_writable(frame_.get()));
  return *frame_;
}

void Mp4File::write(std::int64_t pts, bool key) {
  frame_->pts = pts;
  frame_->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  check(avcodec_send_frame(codec_.get(), frame_.get()));
  write_packets();
}

void Mp4File::write_sound(AVPacket& packet, AVRational time_base) {
  av_packet_rescale_ts(&packet, time_base, sound_->time_base);
  packet.stream_index = sound_->index;
  packet.pos = -1;
  check(av_interleaved_write_frame(output_.get(), &packet));
}

void Mp4File::finish() {
  check(avcodec_send_frame(codec_.get(), nullptr));
  write_packets();
  check(av_write_trailer(output_.get()));
  check(avio_closep(&output_->pb));
  output_.reset();
  std::error_code error;
  std::filesystem::rename(temporary_.path, file_, error);
  if (error) throw Error(ExitCode::io, "cannot write " + file_.string() + ": " + error.message());
}

void Mp4File::write_packets() {
  int code = 0;
  while ((code = avcodec_receive_packet(codec_.get(), packet_.get())) >= 0) {
    if (packet_->duration == 0) packet_->duration = av_rescale_q(1, av_inv_q(codec_->framerate), codec_->time_base);
    packet_->stream_index = pictures_->index;
    av_packet_rescale_ts(packet_.get(), codec_->time_base, pictures_->time_base);
    check(av_interleaved_write_frame(output_.get(), packet_.get()));
  }
  if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) check(code);
}

}  // namespace pgt::video
