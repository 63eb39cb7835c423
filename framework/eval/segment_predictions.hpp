/// The segments that were found in videos, for people and for programs.
#pragma once

#include <string>

#include "eval/report.hpp"

namespace pgt::eval {

/// One row per segment, those of a video by start: path, start, end, class, score, error. Seconds are to the
/// millisecond. A video that was not scored has one row with the reason; one in which nothing is found has none.
std::string segments_csv(const Evaluation& evaluation);

/// An array of objects: path and segments, each of start, end, class and score; or path and error.
std::string segments_as_json(const Evaluation& evaluation);

/// For a terminal: under each video's name its segments.
std::string segments_table(const Evaluation& evaluation);

}  // namespace pgt::eval
