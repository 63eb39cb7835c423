#include "encode.hpp"

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "video/ffmpeg.hpp"

namespace pgt::synth {
namespace {

struct CloseOutput {
  void operator()(AVFormatContext* context) const {
    avio_closep(&context->pb);
    avformat_free_context(context);
  }
};

class VideoFile {
 public:
  VideoFile(const std::filesystem::path& file, const Reel& reel) : file_(file), packet_(video::new_packet()) {
    av_log_set_level(AV_LOG_FATAL);  // libx264 reports on every file; errors come back as codes
    open_codec(reel);
    open_container();
  }

  void write(std::int64_t number, bool key, const Picture& picture) {
    check(av_frame_make_writable(frame_.get()));
    copy_plane(picture.luma, picture.width, 0);
    copy_plane(picture.blue, picture.width / 2, 1);
    copy_plane(picture.red, picture.width / 2, 2);
    frame_->pts = number;
    frame_->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    check(avcodec_send_frame(codec_.get(), frame_.get()));
    write_packets();
  }

  void finish() {
    check(avcodec_send_frame(codec_.get(), nullptr));
    write_packets();
    check(av_write_trailer(output_.get()));
    check(avio_closep(&output_->pb));
  }

 private:
  void check(int code) const {
    if (code >= 0) return;
    char text[AV_ERROR_MAX_STRING_SIZE];
    throw Error(ExitCode::io, "cannot write " + file_.string() + ": " + av_make_error_string(text, sizeof text, code));
  }

  void open_codec(const Reel& reel) {
    const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
    if (encoder == nullptr) throw Error(ExitCode::failure, "this FFmpeg has no libx264; install one that has");
    codec_.reset(avcodec_alloc_context3(encoder));
    codec_->width = static_cast<int>(reel.width);
    codec_->height = static_cast<int>(reel.height);
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->time_base = {1, static_cast<int>(reel.fps)};
    codec_->framerate = {static_cast<int>(reel.fps), 1};
    codec_->gop_size = static_cast<int>(key_interval);
    codec_->max_b_frames = 0;
    codec_->thread_count = 1;  // the videos are what runs in parallel
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    // A constant quantiser: rate control would make the quality tell how far into the video a frame is.
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "preset", "veryfast", 0);
    av_dict_set(&settings, "qp", "18", 0);
    av_dict_set(&settings, "forced-idr", "1", 0);
    av_dict_set(&settings, "x264-params", "scenecut=0", 0);
    const int opened = avcodec_open2(codec_.get(), encoder, &settings);
    av_dict_free(&settings);
    check(opened);

    frame_ = video::new_frame();
    frame_->width = codec_->width;
    frame_->height = codec_->height;
    frame_->format = codec_->pix_fmt;
    check(av_frame_get_buffer(frame_.get(), 0));
  }

  void open_container() {
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, "mp4", file_.c_str()));
    output_.reset(context);
    output_->flags |= AVFMT_FLAG_BITEXACT;
    stream_ = avformat_new_stream(context, nullptr);
    if (stream_ == nullptr) check(AVERROR(ENOMEM));
    stream_->time_base = codec_->time_base;
    stream_->avg_frame_rate = codec_->framerate;
    check(avcodec_parameters_from_context(stream_->codecpar, codec_.get()));
    check(avio_open(&output_->pb, file_.c_str(), AVIO_FLAG_WRITE));
    check(avformat_write_header(context, nullptr));
  }

  void copy_plane(const std::vector<std::uint8_t>& from, std::size_t width, int plane) {
    std::uint8_t* to = frame_->data[plane];
    for (auto row = from.begin(); row != from.end(); row += static_cast<std::ptrdiff_t>(width)) {
      std::copy_n(row, width, to);
      to += frame_->linesize[plane];
    }
  }

  void write_packets() {
    int code = 0;
    while ((code = avcodec_receive_packet(codec_.get(), packet_.get())) >= 0) {
      packet_->duration = 1;
      av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
      check(av_interleaved_write_frame(output_.get(), packet_.get()));
    }
    if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) check(code);
  }

  std::filesystem::path file_;
  video::CodecPtr codec_;
  video::FramePtr frame_;
  video::PacketPtr packet_;
  std::unique_ptr<AVFormatContext, CloseOutput> output_;
  AVStream* stream_ = nullptr;  // the container's
};

}  // namespace

void encode(const std::filesystem::path& file, const Reel& reel, std::int64_t first_key,
            const std::function<void(std::int64_t frame, Picture& picture)>& paint) {
  VideoFile video(file, reel);
  Picture picture(reel.width, reel.height);
  for (std::int64_t frame = 0; frame < reel.frames; ++frame) {
    paint(frame, picture);
    video.write(frame, frame == 0 || frame == first_key, picture);
  }
  video.finish();
}

}  // namespace pgt::synth
