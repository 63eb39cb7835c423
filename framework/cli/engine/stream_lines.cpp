#include "cli/engine/stream_lines.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "base/error.hpp"
#include "base/milliseconds.hpp"
#include "eval/moment_scores.hpp"
#include "eval/predictions.hpp"
#include "train/loss.hpp"

namespace pgt::cli {
namespace {

using Json = nlohmann::ordered_json;
using walk::LiveClip;

/// Adds the probabilities by class, and where one label holds the likeliest class before them.
template <class Number>
void add_scores(Json& to, std::span<const Number> probabilities, const std::vector<std::string>& classes, bool one) {
  if (!std::ranges::all_of(probabilities, [](Number p) { return std::isfinite(p); })) {
    throw Error(ExitCode::diverged, "what the network scores of the stream is not finite");
  }
  if (one) {
    const auto best = std::ranges::max_element(probabilities);
    to["class"] = classes[static_cast<std::size_t>(best - probabilities.begin())];
    to["score"] = *best;
  }
  Json& scores = to["scores"] = Json::object();
  for (std::size_t k = 0; k < classes.size(); ++k) scores[classes[k]] = probabilities[k];
}

Json line_of(const StreamPlace& place, const LiveClip::Stretch& stretch) {
  Json line{{"part", place.part}};
  if (place.window > 0) line["window"] = place.window;
  line["step"] = place.step;
  line["start"] = rounded_to_milliseconds(stretch.begin());
  line["end"] = rounded_to_milliseconds(stretch.begin(static_cast<double>(std::max<std::int64_t>(1, stretch.own))));
  return line;
}

std::string text_of(const Json& line) { return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

/// Crops are combined as a file's are, and shown so.
std::vector<double> combined(const std::vector<eval::StepEnsemble>& crops, config::Loss loss, bool one_label) {
  eval::ClipEnsemble all(loss);
  for (const eval::StepEnsemble& crop : crops) all.add(crop.result());
  return eval::as_shown(all.result(), one_label);
}

}  // namespace

std::string StreamLines::moments(const StreamPlace& place, const LiveClip::Stretch& stretch,
                                 const at::Tensor& scores) const {
  const at::Tensor rows = eval::moment_probabilities(scores, loss_);
  at::Tensor values = rows[0].clone();
  for (std::int64_t row = 1; row < rows.size(0); ++row) values += rows[row];
  if (rows.size(0) > 1) values /= static_cast<float>(rows.size(0));
  const std::int64_t count = values.size(0);
  const double length = static_cast<double>(stretch.frames) / static_cast<double>(count);
  Json line = line_of(place, stretch);
  Json& moments = line["moments"] = Json::array();
  for (std::int64_t i = 0; i < count; ++i) {
    const double first = static_cast<double>(i) * length;
    const bool shown = std::floor(first + length / 2) < static_cast<double>(stretch.own);  // else it repeats a frame
    if (!shown && (i > 0 || place.step > 1)) break;
    Json& moment = moments.emplace_back(Json{{"start", rounded_to_milliseconds(stretch.begin(first))},
                                             {"end", rounded_to_milliseconds(stretch.begin(first + length))}});
    const float* const row = values[i].data_ptr<float>();
    add_scores(moment, std::span(row, static_cast<std::size_t>(values.size(1))), classes_, one_label_);
  }
  return text_of(line);
}

std::string StreamLines::clip(const StreamPlace& place, const LiveClip::Stretch& stretch, const at::Tensor& scores) {
  const at::Tensor values = train::probabilities(scores, loss_).to(torch::kCPU, torch::kFloat64).contiguous();
  if (steps_.empty()) steps_.assign(static_cast<std::size_t>(values.size(0)), eval::StepEnsemble(ensemble_));
  std::vector<eval::StepEnsemble> step(steps_.size(), eval::StepEnsemble(sdk::Ensemble::last));
  for (std::size_t row = 0; row < steps_.size(); ++row) {
    const double* const first = values[static_cast<std::int64_t>(row)].data_ptr<double>();
    const std::span probabilities(first, static_cast<std::size_t>(values.size(1)));
    step[row].add(probabilities);
    steps_[row].add(probabilities);
  }
  Json line = line_of(place, stretch);
  const std::vector<double> now = combined(step, loss_, one_label_), so_far = combined(steps_, loss_, one_label_);
  add_scores(line, std::span(now), classes_, one_label_);
  add_scores(line["so_far"] = Json::object(), std::span(so_far), classes_, one_label_);
  return text_of(line);
}

}  // namespace pgt::cli
