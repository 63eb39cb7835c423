/// The packets of a video stream, of a file or live, in coded order. Private to this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "video/ffmpeg.hpp"
#include "video/input_file.hpp"
#include "video/limits.hpp"
#include "video/live_input.hpp"
#include "video/reader.hpp"
#include "video/stream_details.hpp"

namespace pgt::video {

/// Opens what source.hpp or an address says and nothing else: what refers to other files is refused. Packed B-frames
/// (MPEG-4 in AVI) come out as one picture per packet; the half packet at the end of a truncated file does not come
/// out. No single read takes longer than a generous deadline. Not for two threads at once. Throws VideoError, Error
/// where the machine is at fault, and Stopped soon after `stop` is requested.
class PacketSource {
 public:
  /// Chooses the stream: FFmpeg's best, but never a cover picture. The packets have the times that the file gives them.
  /// `picture_rate`: frames a second of a folder of frames.
  PacketSource(const std::filesystem::path& file, std::stop_token stop, const Limits& limits,
               AVRational picture_rate = {25, 1});
  /// Goes back to the stream of an index; what was learnt of it then saves probing. A packet's `pts` is its stamp.
  PacketSource(const VideoIndex& index, const StreamDetails& details, std::stop_token stop);
  /// Connects to a live stream. No single read takes longer than `patience`; there is no going back. What `next` ends
  /// with, `failure` says.
  PacketSource(const LiveAddress& address, std::stop_token stop, const Limits& limits,
               std::chrono::milliseconds patience);
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;

  const AVStream& stream() const { return *stream_; }
  AVFormatContext* format() const { return format_.get(); }
  /// Of files that are a picture each, how many there are; 0 of anything else.
  std::int64_t pictures() const { return std::ssize(pictures_); }
  /// Frames that the container places beyond the end of the file, which is cut short then; 0 where it does not list all
  /// of its frames (Matroska, fragments of MP4).
  std::int64_t frames_cut_off() const;
  /// Of a live stream that has ended: why, unless its sender closed it.
  std::string failure() const;
  /// Of a live stream: whether it ends for good.
  bool is_over_at_end() const { return live_->is_over_at_end(); }
  /// Of the packets that come out.
  const AVCodecParameters& parameters() const { return *parameters_; }

  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }

  /// From here on the packets of the best sound come out, from the beginning and with the file's times. False where
  /// there is none, and nothing comes out then.
  bool turn_to_sound();

  /// False at the end, which is also where a truncated file stops.
  bool next(AVPacket& packet);
  /// Asks the container for its random-access point at or before `stamp`; where that really is, the next packet says.
  bool seek(std::int64_t stamp);

 private:
  void open(AVRational rate, bool first);
  void open_live();
  void open_format(AVIOContext* io, const char* url, const AVInputFormat* kind, AVDictionary* options);
  const AVInputFormat* kind_of(AVIOContext& io);
  void probe();
  void choose_best();
  void choose(int stream);
  void set_filter();
  bool next_picture(AVPacket& packet);
  bool read(AVPacket& packet);
  bool read_picture(AVPacket& packet);
  void check_cause() const;
  void start_clock();
  std::string no_progress() const;
  [[noreturn]] void fail(const std::string& reason) const;
  bool interrupted() const;

  std::filesystem::path file_;
  StampKind stamp_ = StampKind::presentation;
  std::int64_t place_ = 0;  ///< of the next packet
  std::vector<std::filesystem::path> pictures_;
  bool given_up_ = false;    ///< a read has taken too long
  int end_code_ = 0;         ///< what FFmpeg ended with
  std::string referred_to_;  ///< what the file would have had opened
  Limits limits_{};
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::milliseconds patience_;
  std::optional<InputFile> input_;  // outlives format_, which reads it; so does live_
  std::optional<LiveInput> live_;
  FormatPtr format_;
  AVStream* stream_ = nullptr;
  ParametersPtr parameters_;
  FilterPtr filter_;
};

}  // namespace pgt::video
