/// Where the features of each video go.
#pragma once

#include <filesystem>
#include <vector>

#include "eval/features.hpp"

namespace pgt::eval {

/// A video, and what it is called after: its path below a folder that a user named, or its file's name.
struct FeatureSource {
  std::filesystem::path video;
  std::filesystem::path place;
};

/// PLACE.npy and PLACE.times.npy in `folder`, without the video's suffix; with it where two videos would share a name,
/// and where they still would, below the path of each from the root. A video that is named twice has the same files
/// twice.
std::vector<FeatureFiles> feature_files(const std::vector<FeatureSource>& sources, const std::filesystem::path& folder);

}  // namespace pgt::eval
