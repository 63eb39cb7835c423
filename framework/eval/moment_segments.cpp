#include "eval/moment_segments.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "eval/action_segmentation.hpp"

namespace pgt::eval {
namespace {

std::int64_t moments_in(double seconds, const MomentTrack& track) {
  return static_cast<std::int64_t>(std::ceil(seconds * track.rate - 1e-6));
}

std::vector<float> of_class(const MomentTrack& track, std::size_t a_class) {
  std::vector<float> values(track.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = track.at(i)[a_class];
  return values;
}

/// Each value becomes the median of those around it; at the ends, of fewer.
std::vector<float> median_filtered(const std::vector<float>& values, double seconds, double rate) {
  const auto reach = static_cast<std::ptrdiff_t>(std::floor(seconds * rate / 2 + 1e-6));
  if (reach == 0) return values;
  std::vector<float> filtered(values.size()), window;
  const auto size = std::ssize(values);
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const std::ptrdiff_t side = std::min({reach, i, size - 1 - i});  // as far to both sides: the median is a value
    window.assign(values.begin() + i - side, values.begin() + i + side + 1);
    std::ranges::nth_element(window, window.begin() + side);
    filtered[static_cast<std::size_t>(i)] = window[static_cast<std::size_t>(side)];
  }
  return filtered;
}

double mean_probability(const MomentTrack& track, std::int64_t a_class, std::int64_t begin, std::int64_t end) {
  double sum = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    sum += static_cast<double>(track.at(static_cast<std::size_t>(i))[static_cast<std::size_t>(a_class)]);
  }
  return sum / static_cast<double>(end - begin);
}

ScoredSegment scored(const MomentTrack& track, const ClassRun& run) {
  return {track.begin(static_cast<std::size_t>(run.begin)), track.begin(static_cast<std::size_t>(run.end)), run.label,
          mean_probability(track, run.label, run.begin, run.end)};
}

/// Appends a run, or makes the last one longer.
void append(std::vector<ClassRun>& runs, const ClassRun& run) {
  if (!runs.empty() && runs.back().label == run.label) {
    runs.back().end = run.end;
  } else {
    runs.push_back(run);
  }
}

/// Neighbours of one class become one run.
void join_runs(std::vector<ClassRun>& runs) {
  std::vector<ClassRun> joined;
  for (const ClassRun& run : runs) append(joined, run);
  runs = std::move(joined);
}

std::int64_t length(const ClassRun& run) { return run.end - run.begin; }

void close_gaps(std::vector<ClassRun>& runs, std::int64_t gap) {
  for (std::size_t i = 1; i + 1 < runs.size(); ++i) {
    if (length(runs[i]) < gap && runs[i - 1].label == runs[i + 1].label) runs[i].label = runs[i - 1].label;
  }
  join_runs(runs);
}

/// Gives runs of up to `longest` moments to their longer neighbour, from left to right.
void absorb_runs(std::vector<ClassRun>& runs, std::int64_t longest) {
  std::vector<ClassRun> kept;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool first = kept.empty(), last = i + 1 == runs.size();
    if (length(runs[i]) > longest || (first && last)) {
      append(kept, runs[i]);
    } else if (first || (!last && length(runs[i + 1]) > length(kept.back()))) {
      runs[i + 1].begin = runs[i].begin;
    } else {
      kept.back().end = runs[i].end;
    }
  }
  runs = std::move(kept);
}

/// The shortest first.
void absorb_short_runs(std::vector<ClassRun>& runs, std::int64_t least) {
  for (std::int64_t longest = 1; longest < least && runs.size() > 1; ++longest) absorb_runs(runs, longest);
}

/// Runs of values that reach the threshold, with gaps closed, without short ones.
std::vector<ClassRun> runs_over(const std::vector<float>& values, double threshold, std::int64_t a_class,
                                std::int64_t gap, std::int64_t least) {
  std::vector<ClassRun> runs;
  const auto size = std::ssize(values);
  for (std::int64_t begin = 0, end = 0; begin < size; begin = end) {
    const auto over = [&](std::int64_t i) {
      return static_cast<double>(values[static_cast<std::size_t>(i)]) >= threshold;
    };
    end = begin + 1;
    if (!over(begin)) continue;
    while (end < size && over(end)) ++end;
    if (!runs.empty() && begin - runs.back().end < gap) {
      runs.back().end = end;
    } else {
      runs.push_back({a_class, begin, end});
    }
  }
  std::erase_if(runs, [&](const ClassRun& run) { return length(run) < least; });
  return runs;
}

}  // namespace

std::vector<std::int64_t> classes_of(const MomentTrack& track, const config::EvalOptions& rules) {
  std::vector<std::int64_t> classes(track.size());
  std::vector<float> best(track.size(), -1);
  for (std::size_t k = 0; k < track.classes; ++k) {
    const std::vector<float> values = median_filtered(of_class(track, k), rules.segment_median, track.rate);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!(values[i] > best[i])) continue;
      best[i] = values[i];
      classes[i] = static_cast<std::int64_t>(k);
    }
  }
  std::vector<ClassRun> runs = runs_of(classes, std::nullopt);
  close_gaps(runs, moments_in(rules.segment_gap, track));
  absorb_short_runs(runs, moments_in(rules.segment_least, track));
  for (const auto& [label, begin, end] : runs) {
    std::fill(classes.begin() + begin, classes.begin() + end, label);
  }
  return classes;
}

std::vector<ScoredSegment> segments_of_classes(const MomentTrack& track, const std::vector<std::int64_t>& classes,
                                               std::optional<std::int64_t> background) {
  std::vector<ScoredSegment> segments;
  for (const ClassRun& run : runs_of(classes, background)) segments.push_back(scored(track, run));
  return segments;
}

std::vector<ScoredSegment> segments_over_thresholds(const MomentTrack& track, const config::EvalOptions& rules) {
  std::vector<ClassRun> runs;
  const std::int64_t gap = moments_in(rules.segment_gap, track), least = moments_in(rules.segment_least, track);
  for (std::size_t k = 0; k < track.classes; ++k) {
    const std::vector<float> values = median_filtered(of_class(track, k), rules.segment_median, track.rate);
    for (const double threshold : rules.segment_thresholds) {
      const std::vector<ClassRun> found = runs_over(values, threshold, static_cast<std::int64_t>(k), gap, least);
      runs.insert(runs.end(), found.begin(), found.end());
    }
  }
  const auto place = [](const ClassRun& run) { return std::tuple(run.begin, run.end, run.label); };
  std::ranges::sort(runs, {}, place);
  const auto repeats = std::ranges::unique(runs);
  runs.erase(repeats.begin(), repeats.end());
  std::vector<ScoredSegment> segments;
  for (const ClassRun& run : runs) segments.push_back(scored(track, run));
  return segments;
}

std::optional<std::int64_t> background_of(const std::vector<std::string>& classes) {
  const auto found = std::ranges::find(classes, "background");
  return found == classes.end() ? std::nullopt : std::optional<std::int64_t>(found - classes.begin());
}

}  // namespace pgt::eval
