/// Pictures that no other picture refers to. Private to this folder.
#pragma once

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// Whether the decoder can do without the packet when nobody wants its picture: the others come out with the same bits.
/// Read from the packet's own headers: H.264 (every slice has nal_ref_idc 0), MPEG-4 and MPEG-1/2 (B pictures). False
/// for other codecs, and wherever the packet cannot be understood.
bool is_expendable(const AVPacket& packet, const AVCodecParameters& parameters);

}  // namespace pgt::video
