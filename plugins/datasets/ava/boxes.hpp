/// AVA's CSV files: boxes with actions, boxes of detectors, and time stamps that do not count.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

/// Video, then second, to the boxes there, in the order of their first rows.
using BoxTable = std::map<std::string, std::map<std::int64_t, std::vector<sdk::LabelledBox>>>;
/// Video and second.
using TimeStamps = std::set<std::pair<std::string, std::int64_t>>;

/// What is taken of a file of boxes.
struct BoxRules {
  std::int64_t classes = 0;  ///< actions are 1 to this
  std::int64_t first_second = 0;
  std::int64_t last_second = 0;
  double min_score = 0;  ///< of a detector's boxes
  TimeStamps excluded{};
};

enum class BoxKind { annotated, detected };

struct BoxFile {
  BoxTable boxes;
  std::map<std::string, Place> first_rows;  ///< of each video in `boxes`
  std::int64_t outside = 0;                 ///< rows of other seconds
  std::int64_t flat = 0;                    ///< rows whose box has no area, `boxes` has them
};

/// Rows without a header, `video,second,x1,y1,x2,y2,action,person`: the sides are parts of the picture, an action may
/// be missing, and so may all four sides (nobody is there). Rows of one box are one box with their actions. In a
/// detector's file the last field is the detector's score. What is wrong goes to `findings`.
BoxFile read_boxes(const std::string& text, const std::string& file, BoxKind kind, const BoxRules& rules,
                   Findings& findings);

/// Rows `video,second`.
TimeStamps read_time_stamps(const std::string& text, const std::string& file, Findings& findings);

}  // namespace pgt::datasets
