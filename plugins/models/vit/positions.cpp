#include "positions.hpp"

#include <torch/torch.h>

#include <cmath>

namespace vit {
namespace {

/// `count` wave numbers from 1 down towards 1/10000: (count).
at::Tensor wave_numbers(std::int64_t count) {
  const at::Tensor steps = torch::arange(count, torch::kDouble) / static_cast<double>(count);
  return torch::exp(-std::log(10000.0) * steps);
}

/// Of each place from `begin`, for each wave number: (places, count).
at::Tensor phases(std::int64_t begin, std::int64_t end, std::int64_t count) {
  return torch::outer(torch::arange(begin, end, torch::kDouble), wave_numbers(count));
}

/// (places, 2 · count): sine and cosine of each phase.
at::Tensor waves(std::int64_t places, std::int64_t count) {
  const at::Tensor angles = phases(0, places, count);
  return torch::cat({angles.sin(), angles.cos()}, 1);
}

}  // namespace

at::Tensor spatial_positions(std::int64_t rows, std::int64_t columns, std::int64_t width, const at::Tensor& like) {
  const std::int64_t quarter = width / 4;
  const at::Tensor down = waves(rows, quarter).unsqueeze(1).expand({rows, columns, 2 * quarter});
  const at::Tensor across = waves(columns, quarter).unsqueeze(0).expand({rows, columns, 2 * quarter});
  return torch::cat({down, across}, 2).flatten(0, 1).to(like.options());
}

at::Tensor rotate_by_time(const at::Tensor& x, std::int64_t begin) {
  const std::int64_t pairs = x.size(4) / 2;
  const at::Tensor angles = phases(begin, begin + x.size(1), pairs).view({1, x.size(1), 1, 1, pairs});
  const at::Tensor cosine = angles.cos().to(x.options());
  const at::Tensor sine = angles.sin().to(x.options());
  const at::Tensor first = x.slice(4, 0, pairs);
  const at::Tensor second = x.slice(4, pairs);
  return torch::cat({first * cosine - second * sine, first * sine + second * cosine}, 4);
}

}  // namespace vit
