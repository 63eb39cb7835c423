/// Lists of frames in PySlowFast's form.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

/// Video id to the folder of its frames, below `root`: that of its first line
///
///     -5KQ66BBWC4 0 0 -5KQ66BBWC4/-5KQ66BBWC4_000001.jpg ""
///
/// Read line by line: the published lists have millions of them. A header (`original_vido_id …`) is passed over; what
/// is wrong goes to `findings`. Throws std::runtime_error if the file cannot be read.
void read_frame_list(const std::string& file, const std::filesystem::path& root, Findings& findings,
                     std::map<std::string, std::filesystem::path>& folders);

}  // namespace pgt::datasets
