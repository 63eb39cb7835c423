#include "video/packet_source.hpp"

#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr std::chrono::seconds longest_read{60};

/// Why the path cannot hold a video, or "". A pipe or a device would block in open(), so only files are opened.
std::string unfit(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) return "there is no such file";
  if (error) return error.message();
  if (std::filesystem::is_directory(status)) return "is a folder, not a video file";
  if (!std::filesystem::is_regular_file(status)) return "is not a regular file";
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) return error.message();
  return bytes == 0 ? "is empty" : "";
}

bool is_picture_stream(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !(stream.disposition & AV_DISPOSITION_ATTACHED_PIC);
}

}  // namespace

PacketSource::PacketSource(const std::filesystem::path& file, std::stop_token stop)
    : file_(file), stop_(std::move(stop)) {
  open(file);
  probe();
  int chosen = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (chosen >= 0 && is_picture_stream(*format_->streams[chosen])) break;
    if (is_picture_stream(*format_->streams[i])) chosen = static_cast<int>(i);
  }
  if (chosen < 0 || !is_picture_stream(*format_->streams[chosen])) fail("has no video stream");
  choose(chosen);
  parameters_ = copy_parameters(*stream_->codecpar);
  set_filter();
}

PacketSource::PacketSource(const std::filesystem::path& file, std::stop_token stop, int stream,
                           const AVCodecParameters& parameters)
    : file_(file), stop_(std::move(stop)) {
  open(file);
  // Containers without a header (MPEG-TS) show their streams only while they are read.
  if (format_->ctx_flags & AVFMTCTX_NOHEADER) probe();
  if (static_cast<unsigned>(stream) >= format_->nb_streams ||
      format_->streams[stream]->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) {
    fail("has changed since its index was made");
  }
  choose(stream);
  parameters_ = copy_parameters(parameters);
  set_filter();
}

void PacketSource::open(const std::filesystem::path& file) {
  quiet_ffmpeg();
  forget_complaint();
  if (const std::string reason = unfit(file); !reason.empty()) fail(reason);
  AVFormatContext* raw = avformat_alloc_context();
  if (raw == nullptr) throw std::bad_alloc();
  raw->interrupt_callback = {&PacketSource::interrupted, this};
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);  // a playlist in disguise opens nothing else
  start_clock();
  const std::string url = "file:" + file.string();
  const int code = avformat_open_input(&raw, url.c_str(), nullptr, &options);  // frees `raw` when it fails
  av_dict_free(&options);
  if (code < 0) {
    if (stop_.stop_requested()) throw Stopped();
    fail(with_cause("is not a video that FFmpeg can read, or not a whole one", code));
  }
  format_.reset(raw);
  if (std::string_view(format_->iformat->name) == "tty") fail("is a text file");  // FFmpeg would film it
}

void PacketSource::probe() {
  start_clock();
  const int code = avformat_find_stream_info(format_.get(), nullptr);
  if (stop_.stop_requested()) throw Stopped();
  if (code < 0) fail(with_cause("its streams cannot be read", code));
}

void PacketSource::choose(int stream) {
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    format_->streams[i]->discard = static_cast<int>(i) == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
  stream_ = format_->streams[stream];
}

void PacketSource::set_filter() {
  if (parameters_->codec_id != AV_CODEC_ID_MPEG4) return;
  const AVBitStreamFilter* unpack = av_bsf_get_by_name("mpeg4_unpack_bframes");
  if (unpack == nullptr) return;  // an FFmpeg without it has a decoder that unpacks by itself
  AVBSFContext* raw = nullptr;
  if (av_bsf_alloc(unpack, &raw) < 0) throw std::bad_alloc();
  filter_.reset(raw);
  filter_->time_base_in = stream_->time_base;
  if (avcodec_parameters_copy(filter_->par_in, parameters_.get()) < 0) throw std::bad_alloc();
  if (const int code = av_bsf_init(filter_.get()); code < 0) fail(with_cause("its packets cannot be split", code));
  parameters_ = copy_parameters(*filter_->par_out);
}

bool PacketSource::next(AVPacket& packet) {
  if (!filter_) return read(packet);
  for (;;) {
    av_packet_unref(&packet);
    const int code = av_bsf_receive_packet(filter_.get(), &packet);
    if (code >= 0) return true;
    if (code == AVERROR_EOF) return false;
    // Anything but "more, please" is a packet that cannot be split: it is lost, the next may do.
    const bool more = read(packet);
    if (av_bsf_send_packet(filter_.get(), more ? &packet : nullptr) < 0 && !more) return false;
  }
}

bool PacketSource::read(AVPacket& packet) {
  for (;;) {
    start_clock();
    av_packet_unref(&packet);
    const int code = av_read_frame(format_.get(), &packet);
    if (stop_.stop_requested()) throw Stopped();
    if (code == AVERROR(EAGAIN)) continue;
    if (code == AVERROR_EXIT) fail("reading makes no progress");
    if (code < 0) return false;
    if (packet.stream_index != stream_->index) continue;
    // What a truncated file ends with is half a packet. Other damage is left to the decoder, which then knows that the
    // pictures referring to it are not to be trusted either.
    if (!(packet.flags & AV_PKT_FLAG_CORRUPT) || !avio_feof(format_->pb)) return true;
  }
}

bool PacketSource::seek(std::int64_t stamp) {
  start_clock();
  if (filter_) av_bsf_flush(filter_.get());
  return av_seek_frame(format_.get(), stream_->index, stamp, AVSEEK_FLAG_BACKWARD) >= 0;
}

void PacketSource::start_clock() { deadline_ = std::chrono::steady_clock::now() + longest_read; }

int PacketSource::interrupted(void* self) {
  const auto* source = static_cast<const PacketSource*>(self);
  return source->stop_.stop_requested() || std::chrono::steady_clock::now() > source->deadline_;
}

void PacketSource::fail(const std::string& reason) const { throw VideoError(file_, reason); }

}  // namespace pgt::video
