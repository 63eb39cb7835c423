/// Average precision of things that were ranked by a score: videos, or the moments of all videos.
#pragma once

#include <vector>

namespace pgt::eval {

/// A thing that is ranked for one class.
struct Ranked {
  double score;
  bool positive;
};

/// Sum over distinct thresholds of (R_n - R_(n-1)) P_n; tied scores are one threshold. NaN without positives.
double average_precision_of(std::vector<Ranked> things);

/// The same with each precision calibrated, as TVSeries' metric has it (De Geest et al., "Online action detection",
/// 2016): TP / (TP + FP / w), where w is how many negatives there are for one positive. So classes that are rare and
/// classes that are not can be compared.
double calibrated_average_precision_of(std::vector<Ranked> things);

}  // namespace pgt::eval
