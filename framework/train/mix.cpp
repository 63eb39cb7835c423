#include "train/mix.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/distributions.hpp"
#include "nn/sent.hpp"

namespace pgt::train {

Mix::Mix(const config::AugmentOptions& options, const std::vector<video::ClipRequest>& rows, Random random) {
  if (!options.mixes() || rows.empty()) return;
  partners_.resize(rows.size());
  std::iota(partners_.begin(), partners_.end(), std::size_t{0});
  shuffle(partners_, random);
  cut_ = options.cutmix > 0 && (options.mixup == 0 || random.integer(0, 1) == 1);
  const double share = symmetric_beta(random, cut_ ? options.cutmix : options.mixup);
  own_ = std::max(share, 1 - share);
  if (!cut_) return;

  // Around a centre anywhere in the picture; what sticks out is cut off.
  const auto stretch = [&](std::int64_t side) {
    const auto length = static_cast<std::int64_t>(static_cast<double>(side) * std::sqrt(1 - own_));
    const std::int64_t begin = random.integer(0, side - 1) - length / 2;
    return std::pair(std::max<std::int64_t>(0, begin), std::min(side, begin + length));
  };
  const std::int64_t width = rows.front().transform.width, height = rows.front().transform.height;
  const auto [left, right] = stretch(width);
  const auto [top, bottom] = stretch(height);
  rectangle_ = {left, top, right - left, bottom - top};
  own_ = 1 - static_cast<double>(rectangle_.width * rectangle_.height) / static_cast<double>(width * height);
}

Mix::Pairing Mix::pair(const std::vector<std::size_t>& rows, const at::Tensor& like) const {
  std::vector<std::int64_t> partner;
  std::vector<double> own;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    const auto found = std::ranges::lower_bound(rows, partners_[rows[place]]);
    const bool there = found != rows.end() && *found == partners_[rows[place]] && *found != rows[place];
    partner.push_back(there ? found - rows.begin() : static_cast<std::int64_t>(place));
    own.push_back(there ? own_ : 1);
  }
  return {nn::sent(torch::tensor(partner), like.device()),
          nn::sent(torch::tensor(own, torch::kFloat64).to(like.scalar_type()), like.device())};
}

void Mix::blend(sdk::Fragment& fragment, const std::vector<std::size_t>& rows) const {
  if (partners_.empty()) return;
  const Pairing pairing = pair(rows, fragment.frames.front());
  const at::Tensor own = pairing.own.view({-1, 1, 1, 1, 1});
  for (at::Tensor& frames : fragment.frames) {  // (N, C, T, H, W)
    if (!cut_) {
      frames = frames * own + frames.index_select(0, pairing.partner) * (1 - own);
      continue;
    }
    const auto within = [&](const at::Tensor& whole) {
      return whole.narrow(3, rectangle_.y, rectangle_.height).narrow(4, rectangle_.x, rectangle_.width);
    };
    at::Tensor mixed = frames.clone();
    within(mixed).copy_(within(frames).index_select(0, pairing.partner));
    frames = std::move(mixed);
  }
}

Losses Mix::losses(const at::Tensor& scores, const at::Tensor& targets, const Criterion& criterion,
                   const std::vector<std::size_t>& rows, std::int64_t first) const {
  const std::int64_t count = scores.size(0);
  const Losses of_own = criterion.of(scores, targets.narrow(0, first, count));
  if (partners_.empty()) return of_own;
  const Pairing pairing = pair(rows, of_own.loss);
  const at::Tensor own = pairing.own.narrow(0, first, count);
  const at::Tensor of_theirs = targets.index_select(0, pairing.partner.narrow(0, first, count));
  const Losses of_partner = criterion.of(scores, of_theirs);
  return {of_own.loss * own + of_partner.loss * (1 - own), of_own.weight * own + of_partner.weight * (1 - own)};
}

at::Tensor Mix::weights(const at::Tensor& targets, const at::Tensor& scores, const Criterion& criterion,
                        const std::vector<std::size_t>& rows) const {
  const at::Tensor of_own = criterion.weights(targets, scores);
  if (partners_.empty()) return of_own;
  const auto [partner, own] = pair(rows, of_own);
  return of_own * own + of_own.index_select(0, partner) * (1 - own);
}

}  // namespace pgt::train
