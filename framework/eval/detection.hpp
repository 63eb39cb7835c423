/// Average precision of boxes in key frames, as AVA's official evaluator computes it and as the reference uses it
/// (docs/method.md M4.6).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

namespace pgt::eval {

/// A box with a score for each class.
struct ScoredBox {
  std::int64_t number = 0;  ///< of the box in its key frame
  sdk::Box box;
  std::vector<float> scores;
};

/// A key frame, by its name.
struct KeyFrame {
  std::vector<sdk::LabelledBox> truth;
  std::vector<ScoredBox> found;
};
using KeyFrames = std::map<std::string, KeyFrame>;

/// Boxes that were scored more than once (in several clips) become one with the mean of its scores, in single
/// precision; they are sorted by their numbers.
void merge_boxes(KeyFrames& frames);

/// Per class the area under the precision envelope, where a box is right if it overlaps a true one of its class by half
/// (intersection over union). Each box is held against the true one that it overlaps most, which counts once, in the
/// order of the boxes and not of the scores (docs/method.md M7.9: the published figures do the same). Found boxes
/// without area do not count. NaN for classes without true boxes.
std::vector<double> frame_average_precision(const KeyFrames& frames, std::int64_t classes);

/// Mean over the classes that have true boxes. NaN if there are none.
double frame_mean_average_precision(const KeyFrames& frames, std::int64_t classes);

}  // namespace pgt::eval
