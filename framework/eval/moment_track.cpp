#include "eval/moment_track.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pgt::eval {
namespace {

constexpr double rounding = 1e-6;  // of a moment: the end of a part and the beginning of the next are one border

/// Of each moment the nearest one that was scored, of two the earlier; itself where it was.
std::vector<std::size_t> nearest_scored(const std::vector<std::uint16_t>& counts) {
  constexpr auto none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> nearest(counts.size(), none);
  for (std::size_t i = 0, last = none; i < counts.size(); ++i) nearest[i] = last = counts[i] > 0 ? i : last;
  for (std::size_t i = counts.size(), next = none; i-- > 0;) {
    if (counts[i] > 0) next = i;
    if (next != none && (nearest[i] == none || next - i < i - nearest[i])) nearest[i] = next;
  }
  return nearest;
}

}  // namespace

MomentGathering::MomentGathering(double start, double end, double rate, std::size_t classes)
    : sums_{start, rate, classes} {
  const double length = end - start;
  if (length > 0 && length * rate < 0.5 + 2 * rounding)
    sums_.rate = 1 / length;  // the middle of its moment would be after its end
  const auto moments = static_cast<std::size_t>(std::max(1LL, std::llround(length * sums_.rate)));
  sums_.probabilities.assign(moments * classes, 0);
  counts_.assign(moments, 0);
}

void MomentGathering::add(double begin, double end, std::span<const float> probabilities) {
  const auto first_after = [&](double second) {
    const double place = std::ceil((second - sums_.start) * sums_.rate - 0.5 - rounding);
    return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(counts_.size())));
  };
  const std::size_t last = first_after(end);
  for (std::size_t moment = first_after(begin); moment < last; ++moment) {
    ++counts_[moment];
    float* const sum = sums_.probabilities.data() + moment * sums_.classes;
    std::transform(probabilities.begin(), probabilities.end(), sum, sum, std::plus<>{});
  }
}

MomentTrack MomentGathering::take_track() {
  const auto values_of = [&](std::size_t moment) {
    return std::span(sums_.probabilities).subspan(moment * sums_.classes, sums_.classes);
  };
  for (std::size_t moment = 0; moment < counts_.size(); ++moment) {
    if (counts_[moment] < 2) continue;
    for (float& value : values_of(moment)) value /= static_cast<float>(counts_[moment]);
  }
  if (std::ranges::find(counts_, 0) == counts_.end()) return std::move(sums_);  // there are no gaps
  const std::vector<std::size_t> nearest = nearest_scored(counts_);
  for (std::size_t moment = 0; moment < nearest.size(); ++moment) {
    if (counts_[moment] > 0 || nearest[moment] >= nearest.size()) continue;  // or nothing was scored at all
    std::ranges::copy(values_of(nearest[moment]), values_of(moment).begin());
  }
  return std::move(sums_);
}

}  // namespace pgt::eval
