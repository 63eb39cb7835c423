/// The pictures of a video that a dataset makes, one at a time. Private to this folder.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "video/ffmpeg.hpp"
#include "video/stream_details.hpp"

namespace pgt::video {

/// What `call` gives; where it throws, VideoError.
template <class Call>
auto asked_of_plugin(const std::filesystem::path& name, const Call& call, const std::string& what = "")
    -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {  // the machine's fault
    throw;
  } catch (const std::exception& error) {
    throw VideoError(name, what + error.what());
  }
}

class MadePictures {
 public:
  /// Throws VideoError.
  explicit MadePictures(const VideoIndex& index);
  /// Valid until the next call. Throws VideoError where the picture cannot be made.
  const AVFrame& show(std::int64_t frame);
  /// The frame that was shown last; below 0: none.
  std::int64_t position() const { return position_; }

 private:
  const VideoIndex& index_;
  std::unique_ptr<sdk::FrameReader> reader_;
  std::vector<std::uint8_t> rgb_;
  FramePtr picture_ = new_frame();  ///< the same, rows as swscale's vector code wants them
  std::int64_t position_ = -1;
};

}  // namespace pgt::video
