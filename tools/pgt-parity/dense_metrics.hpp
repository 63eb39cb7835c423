/// Cases of metrics over the moments of videos: action segmentation, precision of frames and of segments.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compare.hpp"

namespace pgt::parity {

/// The parts of a golden file of the group "dense"; each is a list of cases.
inline constexpr const char* dense_parts[] = {"action_segmentation", "per_frame", "segments"};

/// Computes the metrics of a case and compares them with what it expects: 1e-6, of percentages too.
std::vector<Difference> compare_dense(const std::string& part, const nlohmann::json& golden);

}  // namespace pgt::parity
