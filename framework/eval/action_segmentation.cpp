#include "eval/action_segmentation.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace pgt::eval {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// 100 - the edit distance of the two orders, in percent of the longer one.
double edit_score(const std::vector<ClassRun>& predicted, const std::vector<ClassRun>& truth) {
  if (predicted.empty() && truth.empty()) return 100;
  std::vector<std::size_t> row(truth.size() + 1);  // of the table of distances, one row at a time
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const ClassRun& run : predicted) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < truth.size(); ++j) {
      const std::size_t replaced = diagonal + (run.label == truth[j].label ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  const std::size_t longer = std::max(predicted.size(), truth.size());
  return 100 * (1 - static_cast<double>(row.back()) / static_cast<double>(longer));
}

/// Intersection over union; 0 where the classes differ. Runs that do not meet have a negative one.
double overlap_of(const ClassRun& a, const ClassRun& b) {
  if (a.label != b.label) return 0;
  const auto intersection = static_cast<double>(std::min(a.end, b.end) - std::max(a.begin, b.begin));
  return intersection / static_cast<double>(std::max(a.end, b.end) - std::min(a.begin, b.begin));
}

struct Counts {
  double right = 0, wrong = 0, missed = 0;

  double f1() const {
    const double all = 2 * right + wrong + missed;
    return all == 0 ? not_a_number : 100 * 2 * right / all;
  }
};

/// Each predicted run, in order, takes the true one that it overlaps most, which may be taken once.
void count(const std::vector<ClassRun>& predicted, const std::vector<ClassRun>& truth, double least, Counts& counts) {
  std::vector<bool> taken(truth.size());
  for (const ClassRun& run : predicted) {
    const auto best =
        std::ranges::max_element(truth, {}, [&](const ClassRun& other) { return overlap_of(run, other); });
    const auto place = static_cast<std::size_t>(best - truth.begin());
    const bool right = best != truth.end() && overlap_of(run, *best) >= least && !taken[place];
    if (right) taken[place] = true;
    ++(right ? counts.right : counts.wrong);
  }
  counts.missed += static_cast<double>(std::ranges::count(taken, false));
}

}  // namespace

std::vector<ClassRun> runs_of(std::span<const std::int64_t> classes, std::optional<std::int64_t> background) {
  std::vector<ClassRun> runs;
  for (std::size_t begin = 0, end = 0; begin < classes.size(); begin = end) {
    while (end < classes.size() && classes[end] == classes[begin]) ++end;
    if (classes[begin] == background) continue;
    runs.push_back({classes[begin], static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end)});
  }
  return runs;
}

SegmentationFigures segmentation_figures(std::span<const LabelledMoments> videos,
                                         std::optional<std::int64_t> background) {
  double moments = 0, right = 0, edit = 0;
  std::array<Counts, f1_overlaps.size()> counts;
  for (const auto& [truth, predicted] : videos) {
    moments += static_cast<double>(truth.size());
    right += static_cast<double>(std::inner_product(truth.begin(), truth.end(), predicted.begin(), std::int64_t{0},
                                                    std::plus<>{}, std::equal_to<>{}));
    const std::vector<ClassRun> found = runs_of(predicted, background), true_runs = runs_of(truth, background);
    edit += edit_score(found, true_runs);
    for (std::size_t i = 0; i < counts.size(); ++i) count(found, true_runs, f1_overlaps[i], counts[i]);
  }
  SegmentationFigures figures;
  figures.accuracy = moments == 0 ? not_a_number : 100 * right / moments;
  figures.edit = videos.empty() ? not_a_number : edit / static_cast<double>(videos.size());
  for (std::size_t i = 0; i < counts.size(); ++i) figures.f1[i] = counts[i].f1();
  return figures;
}

}  // namespace pgt::eval
