/// Boxes as files, in the rows that AVA's official evaluator reads: `VIDEO,SECOND,x1,y1,x2,y2,class,score`, without a
/// header. What comes before x1 is the key frame's name; classes count from 1; numbers have all their digits.
#pragma once

#include <string>
#include <vector>

#include "eval/detection.hpp"

namespace pgt::eval {

/// A row for each box and class.
std::string detections_csv(const KeyFrames& frames);
/// A row for each class of each true box; its score is 1.
std::string groundtruth_csv(const KeyFrames& frames);

/// With a header: class, number of its true boxes, average precision (empty where there are none).
std::string box_classes_csv(const KeyFrames& frames, const std::vector<std::string>& classes);

}  // namespace pgt::eval
