#include "video/packet_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "video/mp4_claims.hpp"
#include "video/source.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr std::chrono::seconds longest_read{60};
constexpr std::int64_t most_picture_bytes = 1'000'000'000;
constexpr const char* one_file = ": a video is one file that holds all of it";
constexpr const char* no_video = "is not a video that FFmpeg can read, or is incomplete";

bool is_picture_stream(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !(stream.disposition & AV_DISPOSITION_ATTACHED_PIC);
}

/// The decoder fills the rows that a cut file lacks with whatever it decoded before. An end marker comes after the
/// last scan; one before it is of a thumbnail.
bool is_whole_jpeg(const AVPacket& packet) {
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data), static_cast<std::size_t>(packet.size));
  const std::size_t scan = bytes.rfind("\xff\xda"), end = bytes.rfind("\xff\xd9");
  return end != std::string_view::npos && (scan == std::string_view::npos || end > scan);
}

/// What FFmpeg would follow to other files, or to the network.
struct Reference {
  std::string_view format, is;
};
constexpr std::array<Reference, 7> references{{{"hls", "an HLS playlist"},
                                               {"dash", "a DASH manifest"},
                                               {"webm_dash_manifest", "a DASH manifest"},
                                               {"concat", "a list of files (ffconcat)"},
                                               {"imf", "an IMF playlist"},
                                               {"vobsub", "the index of a VobSub file"},
                                               {"sdp", "a description of streams (SDP)"}}};

}  // namespace

PacketSource::PacketSource(const std::filesystem::path& file, std::stop_token stop, const Limits& limits,
                           AVRational picture_rate)
    : file_(file), limits_(limits), stop_(std::move(stop)), patience_(longest_read) {
  open(picture_rate, true);
  choose_best();
}

PacketSource::PacketSource(const LiveAddress& address, std::stop_token stop, const Limits& limits,
                           std::chrono::milliseconds patience)
    : file_(address.shown()), limits_(limits), stop_(std::move(stop)), patience_(patience) {
  live_.emplace(address, [this] { return interrupted(); });
  open_live();
  choose_best();
}

void PacketSource::choose_best() {
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

PacketSource::PacketSource(const VideoIndex& index, const StreamDetails& details, std::stop_token stop)
    : file_(index.file),
      stamp_(details.stamp_kind),
      limits_(index.limits),
      stop_(std::move(stop)),
      patience_(longest_read) {
  open({static_cast<int>(index.time_base_den), static_cast<int>(index.time_base_num)}, false);
  // Containers without a header (MPEG-TS) show their streams only while they are read.
  if (format_->ctx_flags & AVFMTCTX_NOHEADER) probe();
  if (static_cast<unsigned>(index.stream) >= format_->nb_streams ||
      format_->streams[index.stream]->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) {
    fail("has changed since its index was made");
  }
  choose(index.stream);
  parameters_ = copy_parameters(*details.parameters);
  set_filter();
}

/// `first`: nobody has looked at the file yet.
void PacketSource::open(AVRational rate, bool first) {
  quiet_ffmpeg();
  forget_complaint();
  Source source = source_of(file_);
  pictures_ = std::move(source.pictures);
  input_.emplace(source.file, source.begin, source.bytes);
  AVIOContext* const io = input_->io([this] { return interrupted(); });
  const AVInputFormat* const kind = kind_of(*io);
  if (first && std::string_view(kind->name).starts_with("mov,")) {
    const Mp4Claims claims = mp4_claims(*input_);
    check_frames(file_, claims.samples, limits_);
    if (claims.elsewhere) fail(std::string("refers to other files for what it shows") + one_file);
  }
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "none", 0);  // of what opens files by another way
  if (!pictures_.empty()) {
    av_dict_set(&options, "framerate", (std::to_string(rate.num) + "/" + std::to_string(rate.den)).c_str(), 0);
  }
  open_format(io, "", kind, options);
  if (!pictures_.empty() && !std::string_view(kind->name).ends_with("_pipe")) fail("is not a JPEG or PNG picture");
}

/// Takes the options.
void PacketSource::open_format(AVIOContext* io, const char* url, const AVInputFormat* kind, AVDictionary* options) {
  AVFormatContext* raw = avformat_alloc_context();
  if (raw == nullptr) throw std::bad_alloc();
  raw->pb = io;
  raw->interrupt_callback = {[](void* self) { return static_cast<PacketSource*>(self)->interrupted() ? 1 : 0; }, this};
  raw->opaque = this;
  raw->io_open = [](AVFormatContext* format, AVIOContext**, const char* other, int, AVDictionary**) {
    static_cast<PacketSource*>(format->opaque)->referred_to_ = other;
    return AVERROR(EPERM);
  };
  // What is known of a picture is known at its end.
  if (!pictures_.empty()) raw->probesize = std::max(raw->probesize, input_->bytes());
  if (live_) raw->flags |= live_->flags();
  start_clock();
  const int code = avformat_open_input(&raw, url, kind, &options);  // frees `raw` if it fails
  av_dict_free(&options);
  if (code >= 0) format_.reset(raw);
  check_cause();
  check_memory(code);
  if (code < 0) fail(with_cause(no_video, code));
  if (std::string_view(kind->name) == "tty") fail("is a text file");  // FFmpeg would film it
}

/// By its bytes alone: of some names FFmpeg would make patterns or addresses.
const AVInputFormat* PacketSource::kind_of(AVIOContext& io) {
  start_clock();
  const AVInputFormat* kind = nullptr;
  const int code = av_probe_input_buffer2(&io, &kind, "", nullptr, 0, 0);
  check_cause();
  if (code < 0) fail(with_cause(no_video, code));
  for (const Reference& reference : references) {
    if (reference.format != kind->name) continue;
    fail("is " + std::string(reference.is) + ", which refers to other files" + one_file);
  }
  return kind;
}

/// Why whatever FFmpeg was asked for failed, where it is not the fault of what it then says, or will fail.
void PacketSource::check_cause() const {
  if (stop_.stop_requested()) throw Stopped();
  if (input_) input_->check();
  if (live_ && interrupted()) fail(no_progress());
  if (!referred_to_.empty()) fail("refers to another file, " + referred_to_ + one_file);
}

void PacketSource::probe() {
  const auto check_streams = [this] {
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      const AVStream& stream = *format_->streams[i];
      if (!is_picture_stream(stream)) continue;
      check_pixels(file_, stream.codecpar->width, stream.codecpar->height, limits_);
      check_frames(file_, stream.nb_frames, limits_);
    }
  };
  check_streams();
  start_clock();
  std::vector<AVDictionary*> options(format_->nb_streams, nullptr);
  for (AVDictionary*& of_stream : options) av_dict_set_int(&of_stream, "max_pixels", decoder_pixels(limits_), 0);
  const int code = avformat_find_stream_info(format_.get(), options.data());
  for (AVDictionary*& of_stream : options) av_dict_free(&of_stream);
  check_cause();
  check_memory(code);
  check_streams();
  if (complained_of_size()) fail(too_many_pixels(limits_));
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

bool PacketSource::turn_to_sound() {
  const int chosen =
      pictures_.empty() ? av_find_best_stream(format_.get(), AVMEDIA_TYPE_AUDIO, -1, stream_->index, nullptr, 0) : -1;
  if (chosen < 0) return false;
  choose(chosen);
  parameters_ = copy_parameters(*stream_->codecpar);
  filter_.reset();
  return true;
}

bool PacketSource::next(AVPacket& packet) {
  if (!pictures_.empty()) return read_picture(packet);
  if (!next_picture(packet)) return false;
  if (stamp_ == StampKind::decoding) packet.pts = packet.dts;
  if (stamp_ == StampKind::place) packet.pts = place_;
  ++place_;
  return true;
}

bool PacketSource::read_picture(AVPacket& packet) {
  av_packet_unref(&packet);
  if (stop_.stop_requested()) throw Stopped();
  if (place_ >= std::ssize(pictures_)) return false;
  const std::filesystem::path& picture = pictures_[static_cast<std::size_t>(place_)];
  try {
    InputFile file(picture);
    if (file.bytes() > most_picture_bytes) throw VideoError(picture, "is larger than a gigabyte");
    if (av_new_packet(&packet, static_cast<int>(file.bytes())) < 0) throw std::bad_alloc();
    file.read(0, reinterpret_cast<char*>(packet.data), file.bytes());
  } catch (const VideoError& error) {
    if (picture == file_) throw;
    fail("its frame " + picture.filename().string() + " " + error.reason());
  }
  packet.stream_index = stream_->index;
  packet.flags |= AV_PKT_FLAG_KEY;
  if (parameters_->codec_id == AV_CODEC_ID_MJPEG && !is_whole_jpeg(packet)) packet.flags |= AV_PKT_FLAG_CORRUPT;
  packet.pts = packet.dts = place_++;
  packet.duration = 1;
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
  if (!given_up_) start_clock();
  for (;;) {
    av_packet_unref(&packet);
    const int code = av_read_frame(format_.get(), &packet);
    if (stop_.stop_requested()) throw Stopped();
    given_up_ = given_up_ || interrupted();  // what still comes was inside
    const bool again = code == AVERROR(EAGAIN);
    if (code == AVERROR_EXIT || (code < 0 && given_up_)) fail(no_progress());
    if (again) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    if (!given_up_) start_clock();
    if (code < 0) {
      if (input_) input_->check();
      check_memory(code);
      end_code_ = code;
      return false;
    }
    if (packet.stream_index != stream_->index) continue;
    // What a truncated file ends with is half a packet. Other damage is left to the decoder, which then knows that the
    // pictures referring to it are not to be trusted either.
    const bool at_end = format_->pb != nullptr && format_->pb->eof_reached != 0;
    if (!(packet.flags & AV_PKT_FLAG_CORRUPT) || !at_end) return true;
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
  if (!pictures_.empty()) {
    place_ = stamp;
    return stamp >= 0;
  }
  start_clock();
  if (filter_) av_bsf_flush(filter_.get());
  return av_seek_frame(format_.get(), stream_->index, stamp, AVSEEK_FLAG_BACKWARD) >= 0;
}

void PacketSource::start_clock() { deadline_ = std::chrono::steady_clock::now() + patience_; }

std::string PacketSource::no_progress() const {
  if (!live_) return "reading makes no progress";
  return "nothing has come for " + std::to_string(std::chrono::floor<std::chrono::seconds>(patience_).count()) + " s";
}

bool PacketSource::interrupted() const {
  return stop_.stop_requested() || std::chrono::steady_clock::now() > deadline_;
}

void PacketSource::fail(const std::string& reason) const { throw VideoError(file_, reason); }

}  // namespace pgt::video
