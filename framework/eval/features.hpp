/// What a network sees in videos: the features that its head scores, as files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "eval/evaluate.hpp"

namespace pgt::eval {

/// Of one video. NumPy reads both.
struct FeatureFiles {
  std::filesystem::path features;  ///< (moments, channels), float32
  std::filesystem::path times;     ///< (moments): the second in the middle of each, float64
};

class FeatureRecord;

/// Walks each video once, in the middle of the picture or all of it where `eval.crops` asks for that, as evaluation
/// does, and on to the end of the video: where the plan is of a clip, its last step repeats. Writes features as they
/// come, so that memory does not grow with a video; the files of a video are whole or absent, and `record` is told of
/// them. Returns what was written (`scored`) and which videos could not be read. Throws Error(config) where the network
/// has no features.
Result write_features(const Scorer& scorer, const std::vector<sdk::Sample>& videos,
                      const std::vector<FeatureFiles>& files, FeatureRecord& record,
                      const std::function<bool(std::int64_t done, std::int64_t all)>& progress);

}  // namespace pgt::eval
