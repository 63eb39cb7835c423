#include "video/live_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

#include "video/camera.hpp"

namespace pgt::video {
namespace {

using Kind = LiveAddress::Kind;

/// What FFmpeg may open for an address: its own protocol, and where http leads on to.
std::string protocols_of(const LiveAddress& address) {
  if (address.kind == Kind::rtsp) return "rtsp,rtp,udp,tcp";
  if (address.kind == Kind::camera) return "none";
  const std::string protocol = address.text.substr(0, address.text.find(':'));
  return protocol.starts_with("http") ? "http,https,httpproxy,tls,tcp" : protocol;
}

}  // namespace

LiveInput::LiveInput(const LiveAddress& address, std::function<bool()> given_up)
    : address_(address), given_up_(std::move(given_up)) {}

int LiveInput::ask(void* self) { return static_cast<LiveInput*>(self)->given_up_() ? 1 : 0; }

int LiveInput::open() {
  if (address_.kind == Kind::pipe) return open_pipe();
  if (address_.kind != Kind::bytes) return 0;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", protocols_of(address_).c_str(), 0);
  av_dict_set(&options, "tls_verify", "1", 0);
  av_dict_set(&options, "overrun_nonfatal", "1", 0);  // of udp: who is too slow loses packets, not the stream
  const AVIOInterruptCB interrupt = this->interrupt();
  AVIOContext* io = nullptr;
  const int code = avio_open2(&io, address_.text.c_str(), AVIO_FLAG_READ, &interrupt, &options);
  av_dict_free(&options);
  if (code >= 0) io_ = {io, Close{false}};
  return code;
}

int LiveInput::open_pipe() {
  constexpr int buffer_bytes = 1 << 15;
  auto* buffer = static_cast<unsigned char*>(av_malloc(buffer_bytes));
  if (buffer == nullptr) throw std::bad_alloc();
  AVIOContext* const io = avio_alloc_context(buffer, buffer_bytes, 0, this, read_pipe, nullptr, nullptr);
  if (io == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  io_ = {io, Close{true}};
  return 0;
}

/// Waits by `poll`, so that somebody who sends nothing keeps nobody from stopping.
int LiveInput::read_pipe(void* self, std::uint8_t* to, int count) {
  constexpr int between = 50;  // milliseconds
  while (ask(self) == 0) {
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, between);
    if (ready < 0 && errno != EINTR) return AVERROR(errno);
    if (ready <= 0) continue;
    const ssize_t got = ::read(STDIN_FILENO, to, static_cast<std::size_t>(count));
    if (got > 0) return static_cast<int>(got);
    if (got == 0) return AVERROR_EOF;
    if (errno != EINTR && errno != EAGAIN) return AVERROR(errno);
  }
  return AVERROR_EXIT;
}

void LiveInput::Close::operator()(AVIOContext* p) const {
  if (ours) {
    av_freep(&p->buffer);
    avio_context_free(&p);
  } else {
    avio_close(p);
  }
}

const AVInputFormat* LiveInput::format() const {
  return address_.kind == Kind::camera ? camera_format() : av_find_input_format("rtsp");
}

void LiveInput::set_options(AVDictionary*& options) const {
  av_dict_set(&options, "protocol_whitelist", io_ ? "none" : protocols_of(address_).c_str(), 0);
  if (address_.kind == Kind::rtsp) av_dict_set(&options, "rtsp_transport", "tcp", 0);  // nothing gets lost
}

bool LiveInput::is_over_at_end() const { return address_.kind == Kind::pipe || (io_ && avio_size(io_.get()) > 0); }

}  // namespace pgt::video
