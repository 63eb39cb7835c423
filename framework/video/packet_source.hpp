/// The packets of one file's video stream, in coded order. Private to this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <utility>

#include "video/ffmpeg.hpp"
#include "video/reader.hpp"
#include "video/stream_details.hpp"

namespace pgt::video {

/// Opens what source.hpp says and nothing else. Packed B-frames (MPEG-4 in AVI) come out one picture a
/// packet; the half packet at the end of a truncated file does not come out. No single read takes longer than a
/// generous deadline. Not for two threads at once. Throws VideoError, and Stopped soon after `stop` is requested.
class PacketSource {
 public:
  /// Chooses the stream: FFmpeg's best, but never a cover picture. The packets have the times that the file gives them.
  /// `folder_rate`: frames a second of a folder of frames.
  PacketSource(const std::filesystem::path& file, std::stop_token stop, AVRational folder_rate = {25, 1});
  /// Goes back to a stream that was chosen before. `parameters`, `time_base`: what was learnt of it then, which saves
  /// probing. A packet's `pts` is its stamp.
  PacketSource(const std::filesystem::path& file, std::stop_token stop, int stream, const AVCodecParameters& parameters,
               AVRational time_base, StampKind stamp);
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;

  const AVStream& stream() const { return *stream_; }
  AVFormatContext* format() const { return format_.get(); }
  /// Pictures there are, of a folder of frames; 0 of anything else.
  std::int64_t frames_in_folder() const { return frames_in_folder_; }
  /// Frames that the container places behind the end of the file, which is cut short then; 0 where it does not list all
  /// of its frames (Matroska, fragments of MP4).
  std::int64_t frames_cut_off() const;
  /// Of the packets that come out.
  const AVCodecParameters& parameters() const { return *parameters_; }

  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }

  /// False at the end, which is also where a truncated file stops.
  bool next(AVPacket& packet);
  /// Asks the container for its random-access point at or before `stamp`; where that really is, the next packet says.
  bool seek(std::int64_t stamp);

 private:
  void open(const std::filesystem::path& file, AVRational rate);
  void probe();
  void choose(int stream);
  void set_filter();
  bool next_picture(AVPacket& packet);
  bool read(AVPacket& packet);
  void start_clock();
  [[noreturn]] void fail(const std::string& reason) const;
  static int interrupted(void* self);

  std::filesystem::path file_;
  StampKind stamp_ = StampKind::presentation;
  std::int64_t place_ = 0;  ///< of the next packet
  std::int64_t frames_in_folder_ = 0;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_;
  FormatPtr format_;
  AVStream* stream_ = nullptr;
  ParametersPtr parameters_;
  FilterPtr filter_;
};

}  // namespace pgt::video
