/// What the boxes of an MP4 or QuickTime file claim, before FFmpeg takes memory for it. Private to this folder.
#pragma once

#include <cstdint>
#include <string>

#include "video/input_file.hpp"

namespace pgt::video {

struct Mp4Claims {
  std::int64_t samples = 0;  ///< of the track that has most; not of plain sound, which FFmpeg takes by whole chunks
  bool elsewhere = false;    ///< what it shows is in other files, at least in part
};

/// Goes by the boxes' headers; what cannot be understood is left to FFmpeg. Throws as InputFile::read.
Mp4Claims mp4_claims(InputFile& file);

}  // namespace pgt::video
