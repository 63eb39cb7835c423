/// A video's index as bytes. Private to this folder.
///
/// Note [The index file]
/// Magic, versions (of this format and of the FFmpeg that made the index), the identity of the video, the index, and a
/// CRC-32 of all before it. Numbers are variable-length integers of seven bits a byte, lowest first, the sign in the
/// lowest bit; ascending lists are written as the differences of their differences, so that a constant rate costs a
/// byte a frame. Nobody else reads these files: a version that differs is answered by indexing again.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "video/video.hpp"

namespace pgt::video {

/// `identity` is any text; it must be the same when the bytes are read.
std::string to_bytes(const VideoIndex& index, std::string_view identity);

/// Nothing where the bytes are damaged, of another version or of another identity.
std::shared_ptr<VideoIndex> from_bytes(std::string_view bytes, std::string_view identity,
                                       const std::filesystem::path& file);

}  // namespace pgt::video
