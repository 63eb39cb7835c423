/// A live stream as the network gets it: sampled pictures, cut to size, decoded by a thread of its own.
///
/// The stream is a row of *parts*: a part begins with each connection, and where the sender's clock is set anew. Within
/// one, pictures are sampled and cut as those of a file are, bit for bit. What is in memory is a few fragments, however
/// long the stream lasts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "video/limits.hpp"
#include "video/live_address.hpp"
#include "video/live_frame.hpp"
#include "video/transform.hpp"

namespace pgt::video {

struct LiveOptions {
  /// Drops the oldest frames where nobody takes them in time; else the sender is kept waiting, or loses some itself.
  bool realtime = false;
  double fps = 0;                              ///< sampled frames a second; 0: all that the stream has
  std::int64_t stride = 1;                     ///< every stride-th of these
  Limits limits{};                             ///< of its pictures; it may have any number of frames
  std::chrono::milliseconds patience{30'000};  ///< for a connection, for bytes, for a picture
  /// Pauses before attempts to connect again; after the last the stream is over. A picture starts them from the first.
  std::vector<std::chrono::milliseconds> pauses{std::chrono::seconds(1), std::chrono::seconds(2),
                                                std::chrono::seconds(4), std::chrono::seconds(8),
                                                std::chrono::seconds(16)};
};

class LiveStream {
 public:
  /// What is cut out of pictures of this size, as shown: all of one width and height.
  using Cuts = std::function<std::vector<Transform>(int width, int height)>;
  /// Told on the stream's thread what becomes of the connection, a line at a time.
  using Say = std::function<void(const std::string&)>;
  /// Asked now and then, while something is waited for.
  using Stop = std::function<bool()>;

  LiveStream(LiveAddress address, LiveOptions options, Cuts cuts, Say say);
  /// Ends within a moment, whatever is waited for.
  ~LiveStream();
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  struct Part {
    double step = 0;  ///< seconds from one sampled frame to the next
    std::int64_t cuts = 0;
    std::int64_t height = 0, width = 0;  ///< of each
  };
  /// Waits for the next part, of which `room` frames will be asked for first. The one before it must have been taken to
  /// its end. Nothing where the stream is over, or `stop`. Throws VideoError where it is over for a reason.
  std::optional<Part> next_part(std::size_t room, const Stop& stop);

  /// Waits until `frames` frames are there, or the part is known to end before; false where `stop`.
  bool wait(std::size_t frames, const Stop& stop);
  /// The oldest `frames` after `wait`; fewer where the part ends before. The oldest `leave` of those that are there, or
  /// come, are then let go; what is asked for next are `room`.
  std::vector<std::shared_ptr<const LiveFrame>> take(std::size_t frames, std::size_t leave, std::size_t room);

  struct Counts {
    std::int64_t frames = 0;   ///< sampled
    std::int64_t dropped = 0;  ///< of these, because nobody took them in time
    std::int64_t damaged = 0;  ///< pictures
    std::int64_t parts = 0;
  };
  Counts counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgt::video
