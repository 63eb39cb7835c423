/// What a stream is read through: bytes, or a demuxer that fetches packets by itself. Private to this folder.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "video/ffmpeg.hpp"
#include "video/live_address.hpp"

namespace pgt::video {

/// One connection. Protocols are those of the address alone, and of what https needs: what comes cannot have others
/// opened. Not for two threads at once.
class LiveInput {
 public:
  /// `given_up` is asked while something is waited for, from any thread.
  LiveInput(const LiveAddress& address, std::function<bool()> given_up);
  LiveInput(const LiveInput&) = delete;
  LiveInput& operator=(const LiveInput&) = delete;

  /// One of FFmpeg's codes.
  int open();

  /// Null where the demuxer opens the address by itself.
  AVIOContext* io() const { return io_.get(); }
  AVIOInterruptCB interrupt() { return {ask, this}; }
  /// Of the demuxer that opens `url` by itself. Null where this FFmpeg has none.
  const AVInputFormat* format() const;
  const char* url() const { return io_ ? "" : address_.text.c_str(); }
  /// Of that demuxer's context: a camera would not let itself be interrupted.
  int flags() const { return address_.kind == LiveAddress::Kind::camera ? AVFMT_FLAG_NONBLOCK : 0; }
  /// For that demuxer, or for one that reads the bytes.
  void set_options(AVDictionary*& options) const;
  /// Whether what ends is over, and does not come again: a pipe, or a file whose length the server tells.
  bool is_over_at_end() const;

 private:
  struct Close {
    bool ours;  ///< the context reads standard input
    void operator()(AVIOContext* p) const;
  };
  static int ask(void* self);
  static int read_pipe(void* self, std::uint8_t* to, int count);
  int open_pipe();

  LiveAddress address_;
  std::function<bool()> given_up_;
  std::unique_ptr<AVIOContext, Close> io_{nullptr, Close{false}};
};

}  // namespace pgt::video
