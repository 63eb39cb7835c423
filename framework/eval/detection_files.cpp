#include "eval/detection_files.hpp"

#include <algorithm>
#include <cmath>

#include "base/number.hpp"
#include "base/text.hpp"

namespace pgt::eval {
namespace {

std::string beginning(const std::string& key_frame, const sdk::Box& box) {
  std::string text = key_frame;
  for (const float side : {box.left, box.top, box.right, box.bottom}) text.append(",").append(round_trip(side));
  return text;
}

}  // namespace

std::string detections_csv(const KeyFrames& frames) {
  std::string text;
  for (const auto& [name, frame] : frames) {
    for (const ScoredBox& box : frame.found) {
      const std::string row = beginning(name, box.box);
      for (std::size_t k = 0; k < box.scores.size(); ++k) {
        text += row + "," + std::to_string(k + 1) + "," + round_trip(box.scores[k]) + "\n";
      }
    }
  }
  return text;
}

std::string groundtruth_csv(const KeyFrames& frames) {
  std::string text;
  for (const auto& [name, frame] : frames) {
    for (const sdk::LabelledBox& box : frame.truth) {
      const std::string row = beginning(name, box.box);
      for (const std::int64_t a_class : box.classes) text += row + "," + std::to_string(a_class + 1) + ",1\n";
    }
  }
  return text;
}

std::string box_classes_csv(const KeyFrames& frames, const std::vector<std::string>& classes) {
  std::vector<std::int64_t> boxes(classes.size());
  for (const auto& [name, frame] : frames) {
    for (const sdk::LabelledBox& box : frame.truth) {
      for (const std::int64_t a_class : box.classes) ++boxes[static_cast<std::size_t>(a_class)];
    }
  }
  const std::vector<double> precisions = frame_average_precision(frames, std::ssize(classes));
  std::string text = csv_row({"class", "boxes", "average_precision"});
  for (std::size_t k = 0; k < classes.size(); ++k) {
    text += csv_row({classes[k], std::to_string(boxes[k]), round_trip(precisions[k])});
  }
  return text;
}

}  // namespace pgt::eval
