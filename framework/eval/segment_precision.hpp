/// Temporal localisation: average precision of segments, as ActivityNet's evaluator and OpenTAD's compute it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

namespace pgt::eval {

/// A segment that was found.
struct ScoredSegment {
  double start = 0;  ///< seconds
  double end = 0;
  std::int64_t label = 0;
  double score = 0;
};

/// One video's segments: what is true, and what was found.
struct SegmentedVideo {
  std::vector<sdk::Segment> truth;
  std::vector<ScoredSegment> found;
};

/// True segments as they are compared: without those of no length, and without those that repeat another of the same
/// class to within a millisecond at both ends.
std::vector<sdk::Segment> distinct(std::span<const sdk::Segment> segments);

/// [class][overlap]: found segments of all videos, the best scored first, each take the true segment of their video and
/// class that they overlap most among those not taken yet; right if they overlap it (intersection over union in time)
/// by at least `overlaps[i]`. Area under the monotone envelope of precision. NaN for classes without a true segment.
std::vector<std::vector<double>> segment_average_precision(std::span<const SegmentedVideo> videos, std::int64_t classes,
                                                           std::span<const double> overlaps);

/// The mean over the classes that are true somewhere, at each overlap. NaN where there is none.
std::vector<double> mean_over_true_classes(const std::vector<std::vector<double>>& precisions, std::size_t overlaps);

/// The overlaps at which a benchmark compares, by its name: "thumos" (0.3 to 0.7 by 0.1), "activitynet" (0.5 to 0.95 by
/// 0.05; HACS and FineAction too), "epic" (0.1 to 0.5 by 0.1; Ego4D too), "charades" (0.1 to 0.9 by 0.1; MultiTHUMOS
/// too). Throws std::out_of_range for any other name.
std::vector<double> overlaps_named(const std::string& name);

}  // namespace pgt::eval
