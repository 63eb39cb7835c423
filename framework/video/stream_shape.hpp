/// What a container says about the pictures of a stream: how fast, and which way up. Private to this folder.
#pragma once

#include <cstdint>

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// That the container or the codec names; 0 where neither does.
AVRational nominal_rate(const AVStream& stream);

/// Ticks of a frame at that rate; at least 1.
std::int64_t nominal_step(const AVStream& stream);

/// Seconds by which a frame may be early (VideoIndex::grace) in a stream of constant rate: more than nothing where the
/// times of its frames are rounded to ticks.
double grace_of(AVRational rate, AVRational tick);

/// Degrees clockwise by which a player turns the picture: 0, 90, 180 or 270.
int rotation_of(const AVStream& stream);

}  // namespace pgt::video
