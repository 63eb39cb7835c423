#include "dist/batch_sums.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <vector>

namespace pgt::dist {
namespace {

constexpr std::int64_t places_of_a_step = 1 << 20;

}  // namespace

void BatchSums::during(Phase phase, std::int64_t step, const std::function<void()>& work) {
  phase_ = phase;
  next_ = (step + 1) * places_of_a_step;  // never 0, and higher from step to step
  try {
    work();
    while (round(0, nullptr) != 0) {
    }
  } catch (...) {
    phase_ = Phase::alone;
    throw;
  }
  phase_ = Phase::alone;
}

std::optional<std::int64_t> BatchSums::place() {
  if (phase_ == Phase::alone) return std::nullopt;
  return next_++;
}

void BatchSums::add_up(std::int64_t place, at::Tensor& numbers) {
  while (round(place, &numbers) != place) {
  }
}

std::int64_t BatchSums::round(std::int64_t own, at::Tensor* numbers) {
  const auto rank = 2 * static_cast<std::size_t>(group_.rank());
  std::vector<double> told(2 * static_cast<std::size_t>(group_.size()));  // of each rank: its place, how many numbers
  told[rank] = static_cast<double>(own);
  told[rank + 1] = numbers != nullptr ? static_cast<double>(numbers->numel()) : 0;
  group_.sum(told);
  double place = 0, count = 0;
  for (std::size_t i = 0; i < told.size(); i += 2) {
    const bool before = phase_ == Phase::forward ? told[i] < place : told[i] > place;
    if (told[i] == 0 || (place != 0 && !before)) continue;
    place = told[i];
    count = told[i + 1];
  }
  if (place == 0) return 0;
  const bool adds = numbers != nullptr && place == static_cast<double>(own);
  at::Tensor sum = adds ? *numbers : torch::zeros({static_cast<std::int64_t>(count)}, torch::kDouble);
  group_.sum(sum);
  return static_cast<std::int64_t>(place);
}

}  // namespace pgt::dist
