/// What was predicted for each video, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "eval/report.hpp"

namespace pgt::eval {

/// A video's probabilities as they are shown: with a single label they sum to 1.
std::vector<double> as_shown(std::vector<double> probabilities, bool one_label);

/// One row per video, in their order, also for those that were not scored (`error` says why): path, start, end, target,
/// pred, prob, correct, top2, prob2, top3, prob3, views, error, id. Start and end are the sample's, in seconds, an
/// empty end the video's; with a single label the probabilities of a video sum to 1. Without the truth, target and
/// correct are empty.
std::string predictions_csv(const Evaluation& evaluation);

/// The same without the truth as an array of objects: path; start, end, predictions (the first three, of class and
/// prob) and views; or error.
std::string predictions_json(const Evaluation& evaluation);

/// The videos that were scored, at most `columns` wide: name, class and next class with their probabilities in percent,
/// start and end. Empty where none was.
std::string predictions_table(const Evaluation& evaluation, int columns);

}  // namespace pgt::eval
