/// Encoded pictures, and perhaps a copied sound, in an MP4 file. Private to this folder and to tools.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// How pictures are encoded. They are YUV 4:2:0; width and height are even.
struct Encoding {
  const char* codec = "libx264";
  std::vector<std::pair<std::string, std::string>> settings{};  ///< of the codec
  int width = 0;
  int height = 0;
  AVRational time_base{1, 25};
  AVRational rate{25, 1};  ///< frames a second; a hint where they are uneven
  int key_interval = 50;   ///< frames from one key frame to the next, at most
  int threads = 1;         ///< 0: as many as there are cores
  AVColorSpace colours = AVCOL_SPC_UNSPECIFIED;
};

/// The same bytes for the same calls. The file has a temporary name until it is finished; without that it is removed.
/// Everything throws Error(io) naming the file, and Error(failure) where this FFmpeg has no such codec.
class Mp4File {
 public:
  /// `sound`: a stream whose packets are to be copied; null, or one that MP4 cannot hold: none.
  Mp4File(const std::filesystem::path& file, const Encoding& encoding, const AVStream* sound = nullptr);
  bool has_sound() const { return sound_ != nullptr; }
  /// To be filled before each `write`.
  AVFrame& picture();
  /// `pts`: when it is shown, in time_base, ascending. `key`: a key frame wherever the interval is.
  void write(std::int64_t pts, bool key = false);
  /// A packet whose times are in `time_base`, from the first picture on.
  void write_sound(AVPacket& packet, AVRational time_base);
  void finish();

 private:
  struct CloseOutput {
    void operator()(AVFormatContext* context) const;
  };

  void open_codec(const Encoding& encoding);
  /// Below 0: it cannot be written.
  int open_container(const AVStream* sound);
  void write_packets();
  void check(int code) const;

  /// The unfinished file, which is removed with this.
  struct Unfinished {
    std::filesystem::path path;
    explicit Unfinished(std::filesystem::path name) : path(std::move(name)) {}
    ~Unfinished();
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
  };

  std::filesystem::path file_;
  Unfinished temporary_;
  CodecPtr codec_;
  FramePtr frame_ = new_frame();
  PacketPtr packet_ = new_packet();
  std::unique_ptr<AVFormatContext, CloseOutput> output_;
  AVStream* pictures_ = nullptr;  // the container's
  AVStream* sound_ = nullptr;
};

}  // namespace pgt::video
