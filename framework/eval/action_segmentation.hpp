/// Metrics of action segmentation: exactly one class at each moment. As the evaluator that was published with MS-TCN
/// (Farha and Gall, 2019) computes them, in percent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pgt::eval {

/// The classes of one video's moments, one after another; both have as many.
struct LabelledMoments {
  std::vector<std::int64_t> truth;
  std::vector<std::int64_t> predicted;
};

/// A run of moments of one class: [begin, end).
struct ClassRun {
  std::int64_t label = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const ClassRun&) const = default;
};

/// The runs of a sequence of classes, without those of `background`.
std::vector<ClassRun> runs_of(std::span<const std::int64_t> classes, std::optional<std::int64_t> background);

/// The overlaps at which F1 is counted.
inline constexpr std::array<double, 3> f1_overlaps = {0.10, 0.25, 0.50};

struct SegmentationFigures {
  double accuracy = 0;         ///< moments that are right, of the moments of all videos
  double edit = 0;             ///< 100 - edit distance of the orders of runs, by the longer of the two; mean of videos
  std::array<double, 3> f1{};  ///< of runs, at f1_overlaps; right, wrong and missed runs are counted over all videos
};

/// NaN where there are no moments. A video whose truth and prediction are background alone has an edit score of 100.
SegmentationFigures segmentation_figures(std::span<const LabelledMoments> videos,
                                         std::optional<std::int64_t> background);

}  // namespace pgt::eval
