/// What a network says about every moment of a video, and what is true: from the first to the last second at an even
/// rate, whatever the steps were that it was walked in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <pgt/sdk/dataset.hpp>

namespace pgt::eval {

struct MomentTrack {
  /// What the dataset says about a moment.
  struct Truth {
    std::vector<std::int64_t> classes;
    bool labelled = true;
  };

  double start = 0;  ///< seconds from the video's first frame to where the first moment begins
  double rate = 1;   ///< moments a second
  std::size_t classes = 0;
  std::vector<float> probabilities{};    ///< (moments, classes), row after row
  std::vector<Truth> truth{};            ///< of each moment; empty where nobody knows it
  std::vector<sdk::Segment> segments{};  ///< the true ones, where the dataset gives them

  std::size_t size() const { return classes == 0 ? 0 : probabilities.size() / classes; }
  std::span<const float> at(std::size_t moment) const {
    return std::span(probabilities).subspan(moment * classes, classes);
  }
  /// Where a moment begins, `size()` included; its middle is half a moment later.
  double begin(std::size_t moment) const { return start + static_cast<double>(moment) / rate; }
  double middle(std::size_t moment) const { return start + (static_cast<double>(moment) + 0.5) / rate; }
};

/// Fills a track from parts of the video in any order, in memory that its length alone decides.
class MomentGathering {
 public:
  /// Of the seconds from `start` to `end`: less than half a moment is one of that length.
  MomentGathering(double start, double end, double rate, std::size_t classes);
  /// What was scored for the seconds from `begin` to `end`: it holds for the moments whose middles are in there.
  /// Moments that are scored more than once (views, crops) get the mean.
  void add(double begin, double end, std::span<const float> probabilities);
  /// Hands it over. Moments that nothing was scored for have the scores of the nearest one that something was, of two
  /// the earlier.
  MomentTrack take_track();

 private:
  MomentTrack sums_;
  std::vector<std::uint16_t> counts_;  ///< of each moment: how often it was scored
};

}  // namespace pgt::eval
