/// From moments to segments, by the rules of [eval]. For users: docs/frame-by-frame.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/run_options.hpp"
#include "eval/moment_track.hpp"
#include "eval/segment_precision.hpp"

namespace pgt::eval {

/// One class a moment: the best scored one, after the median filter; then runs shorter than `segment_gap` between two
/// of one class take that class, and runs shorter than `segment_least` that of their longer neighbour.
std::vector<std::int64_t> classes_of(const MomentTrack& track, const config::EvalOptions& rules);

/// The runs of these classes, but those of `background`, each with its mean probability; by start.
std::vector<ScoredSegment> segments_of_classes(const MomentTrack& track, const std::vector<std::int64_t>& classes,
                                               std::optional<std::int64_t> background);

/// Any number of classes a moment: for each class and each threshold the runs of moments that reach it, after the
/// median filter, with gaps shorter than `segment_gap` closed, without those shorter than `segment_least`; each with
/// its mean probability; by start. What two thresholds give alike is one segment.
std::vector<ScoredSegment> segments_over_thresholds(const MomentTrack& track, const config::EvalOptions& rules);

/// The place of the class that is called "background", as action segmentation and its metrics know it.
std::optional<std::int64_t> background_of(const std::vector<std::string>& classes);

}  // namespace pgt::eval
