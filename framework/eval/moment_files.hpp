/// Files about the moments of an evaluation.
#pragma once

#include <filesystem>
#include <string>

#include "eval/report.hpp"

namespace pgt::eval {

/// The found segments in ActivityNet's form, which its evaluator and others read:
/// {"version": …, "results": {ID: [{"segment": [START, END], "label": …, "score": …}]}, "external_data": {}}.
std::string results_json(const Evaluation& evaluation);

/// Of one class each: class, moments, correct, accuracy, average_precision; of several: class, moments,
/// average_precision, calibrated_average_precision. Then, where true segments are known, segment_ap@OVERLAP.
std::string moment_classes_csv(const Evaluation& evaluation);

/// per_class.csv, results.json and timelines/NUMBER-ID.svg. Throws Error(io).
void write_moments(const std::filesystem::path& folder, const Evaluation& evaluation);

}  // namespace pgt::eval
