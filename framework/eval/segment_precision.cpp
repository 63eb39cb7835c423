#include "eval/segment_precision.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace pgt::eval {
namespace {

double overlap_of(const ScoredSegment& found, const sdk::Segment& truth) {
  const double intersection = std::max(0.0, std::min(found.end, truth.end) - std::max(found.start, truth.start));
  return intersection / ((found.end - found.start) + (truth.end - truth.start) - intersection);
}

/// A found segment of the class at hand, and the true ones of its video, those that it overlaps most first.
struct Candidate {
  struct Match {
    double overlap;
    std::size_t truth;  ///< counted over all videos
  };
  double score;
  std::vector<Match> matches;
};

struct ClassAtHand {
  std::size_t truths = 0;
  std::vector<Candidate> candidates;  ///< the best scored first
};

ClassAtHand gather(std::span<const SegmentedVideo> videos, const std::vector<std::vector<sdk::Segment>>& truths,
                   std::int64_t a_class) {
  ClassAtHand gathered;
  for (std::size_t video = 0; video < videos.size(); ++video) {
    std::vector<sdk::Segment> there;
    std::ranges::copy_if(truths[video], std::back_inserter(there),
                         [&](const sdk::Segment& segment) { return segment.label == a_class; });
    for (const ScoredSegment& found : videos[video].found) {
      if (found.label != a_class) continue;
      Candidate& candidate = gathered.candidates.emplace_back(Candidate{found.score, {}});
      for (std::size_t i = 0; i < there.size(); ++i) {
        candidate.matches.push_back({overlap_of(found, there[i]), gathered.truths + i});
      }
      std::ranges::stable_sort(candidate.matches, std::greater<>{}, &Candidate::Match::overlap);
    }
    gathered.truths += there.size();
  }
  std::ranges::stable_sort(gathered.candidates, std::greater<>{}, &Candidate::score);
  return gathered;
}

double precision_at(const ClassAtHand& gathered, double least) {
  std::vector<bool> taken(gathered.truths);
  std::vector<double> precision, recall;
  double right = 0;
  for (const Candidate& candidate : gathered.candidates) {
    const auto match = std::ranges::find_if(candidate.matches, [&](const Candidate::Match& possible) {
      return possible.overlap >= least && !taken[possible.truth];
    });
    if (match != candidate.matches.end()) {
      taken[match->truth] = true;
      ++right;
    }
    precision.push_back(right / static_cast<double>(precision.size() + 1));
    recall.push_back(right / static_cast<double>(gathered.truths));
  }
  double area = 0, highest = 0;
  for (std::size_t i = precision.size(); i-- > 0;) {
    highest = std::max(highest, precision[i]);
    area += (recall[i] - (i == 0 ? 0 : recall[i - 1])) * highest;
  }
  return area;
}

std::vector<double> evenly(int first, int last, int step) {
  std::vector<double> values;
  for (int hundredths = first; hundredths <= last; hundredths += step) values.push_back(hundredths / 100.0);
  return values;
}

}  // namespace

std::vector<sdk::Segment> distinct(std::span<const sdk::Segment> segments) {
  constexpr double tolerance = 1e-3;
  std::vector<sdk::Segment> kept;
  for (const sdk::Segment& segment : segments) {
    const bool repeats = std::ranges::any_of(kept, [&](const sdk::Segment& other) {
      return other.label == segment.label && std::abs(other.start - segment.start) <= tolerance &&
             std::abs(other.end - segment.end) <= tolerance;
    });
    if (segment.end > segment.start && !repeats) kept.push_back(segment);
  }
  return kept;
}

std::vector<std::vector<double>> segment_average_precision(std::span<const SegmentedVideo> videos, std::int64_t classes,
                                                           std::span<const double> overlaps) {
  std::vector<std::vector<sdk::Segment>> truths;
  for (const SegmentedVideo& video : videos) truths.push_back(distinct(video.truth));
  std::vector<std::vector<double>> precisions;
  for (std::int64_t a_class = 0; a_class < classes; ++a_class) {
    const ClassAtHand gathered = gather(videos, truths, a_class);
    std::vector<double>& of_class = precisions.emplace_back();
    for (const double least : overlaps) {
      of_class.push_back(gathered.truths == 0 ? std::numeric_limits<double>::quiet_NaN()
                                              : precision_at(gathered, least));
    }
  }
  return precisions;
}

std::vector<double> mean_over_true_classes(const std::vector<std::vector<double>>& precisions, std::size_t overlaps) {
  std::vector<double> sums(overlaps), means;
  double classes = 0;
  for (const std::vector<double>& of_class : precisions) {
    if (of_class.empty() || std::isnan(of_class.front())) continue;
    ++classes;
    std::ranges::transform(sums, of_class, sums.begin(), std::plus<>{});
  }
  for (const double sum : sums) means.push_back(sum / classes);
  return means;
}

std::vector<double> overlaps_named(const std::string& name) {
  static const std::map<std::string, std::vector<double>> sets{{"thumos", evenly(30, 70, 10)},
                                                               {"activitynet", evenly(50, 95, 5)},
                                                               {"epic", evenly(10, 50, 10)},
                                                               {"charades", evenly(10, 90, 10)}};
  return sets.at(name);
}

}  // namespace pgt::eval
