#include "video/packet_source.hpp"

#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "video/source.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr std::chrono::seconds longest_read{60};

bool is_picture_stream(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !(stream.disposition & AV_DISPOSITION_ATTACHED_PIC);
}

/// The decoder fills the rows that a cut file lacks with whatever it decoded before. An end marker comes behind the
/// last scan; one before it is of a thumbnail.
bool is_whole_jpeg(const AVPacket& packet) {
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data), static_cast<std::size_t>(packet.size));
  const std::size_t scan = bytes.rfind("\xff\xda"), end = bytes.rfind("\xff\xd9");
  return end != std::string_view::npos && (scan == std::string_view::npos || end > scan);
}

}  // namespace

PacketSource::PacketSource(const std::filesystem::path& file, std::stop_token stop, AVRational folder_rate)
    : file_(file), stop_(std::move(stop)) {
  open(file, folder_rate);
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
                           const AVCodecParameters& parameters, AVRational time_base, StampKind stamp)
    : file_(file), stamp_(stamp), stop_(std::move(stop)) {
  open(file, av_inv_q(time_base));
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

void PacketSource::open(const std::filesystem::path& file, AVRational rate) {
  quiet_ffmpeg();
  forget_complaint();
  const Source source = source_of(file);
  frames_in_folder_ = source.frames;
  AVFormatContext* raw = avformat_alloc_context();
  if (raw == nullptr) throw std::bad_alloc();
  raw->interrupt_callback = {&PacketSource::interrupted, this};
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", source.protocols.c_str(), 0);
  if (source.frames > 0) {
    av_dict_set(&options, "pattern_type", source.pattern_type.c_str(), 0);
    av_dict_set_int(&options, "start_number", source.start_number, 0);
    av_dict_set(&options, "framerate", (std::to_string(rate.num) + "/" + std::to_string(rate.den)).c_str(), 0);
  }
  start_clock();
  const int code = avformat_open_input(&raw, source.url.c_str(), source.format, &options);  // frees `raw` if it fails
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
  if (!next_picture(packet)) return false;
  const bool is_picture_file =
      parameters_->codec_id == AV_CODEC_ID_MJPEG && std::string_view(format_->iformat->name) == "image2";
  if (is_picture_file && !is_whole_jpeg(packet)) packet.flags |= AV_PKT_FLAG_CORRUPT;
  if (stamp_ == StampKind::decoding) packet.pts = packet.dts;
  if (stamp_ == StampKind::place) packet.pts = place_;
  ++place_;
  return true;
}

bool PacketSource::next_picture(AVPacket& packet) {
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
  start_clock();
  for (;;) {
    av_packet_unref(&packet);
    const int code = av_read_frame(format_.get(), &packet);
    if (stop_.stop_requested()) throw Stopped();
    const bool again = code == AVERROR(EAGAIN);
    if (code == AVERROR_EXIT || (again && interrupted(this))) fail("reading makes no progress");
    if (again) continue;
    start_clock();
    if (code < 0) return false;
    if (packet.stream_index != stream_->index) continue;
    // What a truncated file ends with is half a packet. Other damage is left to the decoder, which then knows that the
    // pictures referring to it are not to be trusted either.
    if (!(packet.flags & AV_PKT_FLAG_CORRUPT) || !avio_feof(format_->pb)) return true;
  }
}

std::int64_t PacketSource::frames_cut_off() const {
  const std::int64_t bytes = format_->pb != nullptr ? avio_size(format_->pb) : 0;
  const int entries = avformat_index_get_entries_count(stream_);
  if (bytes <= 0 || entries != stream_->nb_frames) return 0;
  std::int64_t cut_off = 0;
  for (int i = 0; i < entries; ++i) {
    const AVIndexEntry& entry = *avformat_index_get_entry(stream_, i);
    const bool shown = (entry.flags & AVINDEX_DISCARD_FRAME) == 0;
    if (shown && (entry.pos > bytes || entry.size > bytes - entry.pos)) ++cut_off;
  }
  return cut_off;
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
