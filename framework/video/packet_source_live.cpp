// What a live stream has that a file has not.

#include <string_view>

#include "video/packet_source.hpp"
#include "video/video.hpp"

namespace pgt::video {

void PacketSource::open_live() {
  quiet_ffmpeg();
  forget_complaint();
  start_clock();
  const int code = live_->open();
  if (stop_.stop_requested()) throw Stopped();
  if (code < 0) fail(interrupted() ? no_progress() : with_cause("cannot be opened", code));
  AVIOContext* const io = live_->io();
  const AVInputFormat* const kind = io != nullptr ? kind_of(*io) : live_->format();
  if (kind == nullptr) {
    fail("this FFmpeg cannot read cameras: install its library libavdevice" +
         std::to_string(LIBAVFORMAT_VERSION_MAJOR));
  }
  // Its tables may claim anything, may refer to other files, and may be at its end.
  if (io != nullptr && std::string_view(kind->name).starts_with("mov,")) {
    fail(
        "is MP4, which is a file and not a stream: name the file, or send it in another form (ffmpeg -i FILE -c copy "
        "-f mpegts …)");
  }
  AVDictionary* options = nullptr;
  live_->set_options(options);
  open_format(io, live_->url(), kind, options);
}

std::string PacketSource::failure() const {
  int code = end_code_;
  if (format_->pb != nullptr && format_->pb->error < 0) code = format_->pb->error;
  return code == 0 || code == AVERROR_EOF ? "" : with_cause("the connection broke", code);
}

}  // namespace pgt::video
