/// FFmpeg's reader of cameras, which is in a library of its own that not every machine has. Private to this folder.
#pragma once

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// Null where the library is not installed.
const AVInputFormat* camera_format();

}  // namespace pgt::video
