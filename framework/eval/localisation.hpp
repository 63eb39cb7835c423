/// What a network says about single moments of a video: localisation, as Charades' official evaluator asks for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pgt::eval {

/// One moment: what was scored, and what is true.
struct LocalisedSecond {
  double second = 0;                  ///< from the video's first frame
  std::vector<double> probabilities;  ///< per class
  std::vector<std::int64_t> classes;  ///< the truth, ascending
};

/// Gathers the scores of 25 evenly spaced moments of one video from steps that each saw a stretch of it, in memory that
/// does not grow with the steps. A moment's scores are the mean over the stretches that contain it; where none does,
/// those of the nearest (of equally near ones the earlier gathered).
class Localisation {
 public:
  static constexpr std::size_t count = 25;

  /// The moments are at begin + i · (end - begin) / 25 seconds, as those of the official evaluator are.
  Localisation(double begin, double end);
  /// What a step that saw the seconds from `first` to `last` scored.
  void add(double first, double last, std::span<const double> probabilities);
  /// Without the truth. Something must have been added.
  std::vector<LocalisedSecond> seconds() const;

 private:
  struct Gathered {
    double second = 0;
    double distance = 0;         ///< seconds to the nearest stretch; 0: within it
    std::int64_t stretches = 0;  ///< that `sum` is of
    std::vector<double> sum;
  };
  std::array<Gathered, count> moments_;
};

}  // namespace pgt::eval
