#include "eval/detection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "eval/metrics.hpp"

namespace pgt::eval {
namespace {

constexpr double least_overlap = 0.5;

double area(const sdk::Box& box) {
  return (static_cast<double>(box.right) - box.left) * (static_cast<double>(box.bottom) - box.top);
}

double intersection_over_union(const sdk::Box& a, const sdk::Box& b) {
  const double width = std::max(0.0, static_cast<double>(std::min(a.right, b.right)) - std::max(a.left, b.left));
  const double height = std::max(0.0, static_cast<double>(std::min(a.bottom, b.bottom)) - std::max(a.top, b.top));
  const double both = width * height;
  return both / (area(a) + area(b) - both);
}

/// One class's boxes: their scores, and whether they are right.
struct Judged {
  std::vector<float> scores;
  std::vector<bool> right;
  std::int64_t truth = 0;
};

void judge(const KeyFrame& frame, std::int64_t a_class, Judged& judged) {
  std::vector<sdk::Box> truth;
  for (const sdk::LabelledBox& box : frame.truth) {
    if (std::ranges::count(box.classes, a_class) > 0) truth.push_back(box.box);
  }
  judged.truth += std::ssize(truth);
  std::vector<bool> taken(truth.size());
  for (const ScoredBox& box : frame.found) {
    if (box.box.right <= box.box.left || box.box.bottom <= box.box.top) continue;
    std::size_t best = 0;
    double overlap = -1;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const double present = intersection_over_union(box.box, truth[i]);
      if (present > overlap) overlap = present, best = i;
    }
    const bool right = overlap >= least_overlap && !taken[best];
    if (right) taken[best] = true;
    judged.scores.push_back(box.scores[static_cast<std::size_t>(a_class)]);
    judged.right.push_back(right);
  }
}

/// Of equal scores the later box comes first, as in the evaluator: it sorts ascending and reverses that.
double area_under_envelope(const Judged& judged) {
  if (judged.truth == 0) return std::numeric_limits<double>::quiet_NaN();
  std::vector<std::size_t> order(judged.scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return judged.scores[i]; });
  std::ranges::reverse(order);
  std::vector<double> recall{0}, precision{0};
  double right = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    right += judged.right[order[i]];
    recall.push_back(right / static_cast<double>(judged.truth));
    precision.push_back(right / static_cast<double>(i + 1));
  }
  double sum = 0, envelope = 0;
  for (std::size_t i = recall.size(); i-- > 1;) {
    envelope = std::max(envelope, precision[i]);
    sum += (recall[i] - recall[i - 1]) * envelope;
  }
  return sum;
}

}  // namespace

void merge_boxes(KeyFrames& frames) {
  for (auto& [name, frame] : frames) {
    std::map<std::int64_t, std::vector<const ScoredBox*>> equal;
    for (const ScoredBox& box : frame.found) equal[box.number].push_back(&box);
    std::vector<ScoredBox> merged;
    for (const auto& [number, boxes] : equal) {
      ScoredBox mean{number, boxes.front()->box, std::vector<float>(boxes.front()->scores.size())};
      for (std::size_t i = 0; i < mean.scores.size(); ++i) {
        for (const ScoredBox* one : boxes) mean.scores[i] += one->scores[i];
        mean.scores[i] /= static_cast<float>(boxes.size());
      }
      merged.push_back(std::move(mean));
    }
    frame.found = std::move(merged);
  }
}

std::vector<double> frame_average_precision(const KeyFrames& frames, std::int64_t classes) {
  std::vector<double> precisions;
  for (std::int64_t a_class = 0; a_class < classes; ++a_class) {
    Judged judged;
    for (const auto& [name, frame] : frames) judge(frame, a_class, judged);
    precisions.push_back(area_under_envelope(judged));
  }
  return precisions;
}

double frame_mean_average_precision(const KeyFrames& frames, std::int64_t classes) {
  return mean_of_numbers(frame_average_precision(frames, classes));
}

}  // namespace pgt::eval
