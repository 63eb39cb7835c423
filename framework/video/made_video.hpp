/// Videos that nobody decodes: a dataset makes their pictures (`sdk::FrameSource`).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include <pgt/sdk/frame_source.hpp>

#include "video/video.hpp"

namespace pgt::video {

/// The index of a sample, of which Reader makes pictures as of a file. `name` is what messages call it. Throws
/// VideoError where the source throws, or has more than the limits allow. `source`, whose frames there can be
/// (plugin/guarded_frames.hpp), must outlive the index and its readers.
std::shared_ptr<const VideoIndex> index_made(const std::filesystem::path& name, const sdk::FrameSource& source,
                                             sdk::Split split, std::size_t sample, const Limits& limits = {});

}  // namespace pgt::video
