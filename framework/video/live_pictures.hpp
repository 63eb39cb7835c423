/// The pictures of one connection to a live stream, one after another. Private to this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "video/decoder.hpp"
#include "video/limits.hpp"
#include "video/live_address.hpp"
#include "video/packet_source.hpp"
#include "video/picture_times.hpp"
#include "video/time_base.hpp"

namespace pgt::video {

/// A picture is as a file's would be: the same packets make the same pictures. Damaged ones are left out and counted.
/// Not for two threads at once.
class LivePictures {
 public:
  /// Connects. No single wait takes longer than `patience`. Throws VideoError, and Stopped.
  LivePictures(const LiveAddress& address, std::stop_token stop, const Limits& limits,
               std::chrono::milliseconds patience);

  struct Picture {
    const AVFrame* frame = nullptr;  ///< valid until the next call
    std::int64_t begin = 0;          ///< ticks
    std::int64_t end = 0;            ///< no later than ten seconds after
    /// Whether the clock has been set: the sender began anew, or was silent for long. It cannot follow the picture
    /// before it.
    bool leaps = false;
  };
  /// Nothing at the end. Throws VideoError where the connection broke or gives no pictures, and Stopped.
  std::optional<Picture> next();

  TimeBase base() const;
  /// Frames a second; 0 where nobody says.
  AVRational rate() const;
  double grace() const;
  int rotation() const;
  /// Width and height of the pictures, as shown, that begin with this one.
  std::pair<int, int> size(const Picture& first) const;
  std::int64_t damaged() const { return damaged_; }
  bool is_over_at_end() const { return source_.is_over_at_end(); }

 private:
  const AVFrame* next_sound();
  std::int64_t time_of(const AVFrame& frame);
  bool leaps_to(std::int64_t time) const;

  std::string shown_;
  std::chrono::milliseconds patience_;
  PacketSource source_;
  std::optional<Decoder> decoder_;
  PictureTimes times_;
  std::optional<std::int64_t> first_key_;  ///< what is shown before refers to what was before the connection
  bool has_times_ = false;
  std::int64_t last_ = AV_NOPTS_VALUE;
  std::int64_t damaged_ = 0;
};

}  // namespace pgt::video
