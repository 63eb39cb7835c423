/// The packets of one file's video stream, in coded order. Private to this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "video/ffmpeg.hpp"
#include "video/reader.hpp"

namespace pgt::video {

/// Opens the file by itself and never as a pattern or a URL. Packed B-frames (MPEG-4 in AVI) come out one picture a
/// packet; the half packet at the end of a truncated file does not come out. No single read takes longer than a
/// generous deadline. Not for two threads at once. Throws VideoError, and Stopped soon after `stop` is requested.
class PacketSource {
 public:
  /// Chooses the stream: FFmpeg's best, but never a cover picture.
  PacketSource(const std::filesystem::path& file, std::stop_token stop);
  /// Goes back to a stream that was chosen before. `parameters`: what was learnt of it then, which saves probing.
  PacketSource(const std::filesystem::path& file, std::stop_token stop, int stream,
               const AVCodecParameters& parameters);
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;

  const AVStream& stream() const { return *stream_; }
  AVFormatContext* format() const { return format_.get(); }
  /// Of the packets that come out.
  const AVCodecParameters& parameters() const { return *parameters_; }

  /// False at the end, which is also where a truncated file stops.
  bool next(AVPacket& packet);
  /// Asks the container for its random-access point at or before `stamp`; where that really is, the next packet says.
  bool seek(std::int64_t stamp);

 private:
  void open(const std::filesystem::path& file);
  void probe();
  void choose(int stream);
  void set_filter();
  bool read(AVPacket& packet);
  void start_clock();
  [[noreturn]] void fail(const std::string& reason) const;
  static int interrupted(void* self);

  std::filesystem::path file_;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_;
  FormatPtr format_;
  AVStream* stream_ = nullptr;
  ParametersPtr parameters_;
  FilterPtr filter_;
};

}  // namespace pgt::video
