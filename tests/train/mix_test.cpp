#include "train/mix.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <set>

namespace pgt::train {
namespace {

using config::AugmentOptions;
using config::Loss;
using Rows = std::vector<std::size_t>;

constexpr std::int64_t side = 20;

AugmentOptions mixing(double mixup, double cutmix) {
  AugmentOptions options;
  options.mixup = mixup;
  options.cutmix = cutmix;
  return options;
}

at::Tensor plain_losses(const at::Tensor& scores, const at::Tensor& target, Loss loss) {
  return Criterion(loss, scores.size(1)).of(scores, target).loss;
}

at::Tensor mix_losses(const Mix& mix, const at::Tensor& scores, const at::Tensor& target, Loss loss, const Rows& rows) {
  return mix.losses(scores, target, Criterion(loss, scores.size(1)), rows).loss;
}

Mix draw(const AugmentOptions& options, std::size_t rows, std::uint64_t iteration) {
  std::vector<video::ClipRequest> clips(rows);
  for (video::ClipRequest& clip : clips) clip.transform.width = clip.transform.height = side;
  return Mix(options, clips, Random(1, 0, iteration, Purpose::mixing));
}

/// Frames of one value a row: 2 to the power of its number.
sdk::Fragment powers(const Rows& rows) {
  at::Tensor frames = torch::zeros({static_cast<std::int64_t>(rows.size()), 3, 2, side, side});
  for (std::size_t place = 0; place < rows.size(); ++place) {
    frames[static_cast<std::int64_t>(place)] = static_cast<double>(1 << rows[place]);
  }
  sdk::Fragment fragment;
  fragment.frames = {frames, frames.narrow(2, 0, 1)};
  return fragment;
}

at::Tensor blended(const Mix& mix, const Rows& rows) {
  sdk::Fragment fragment = powers(rows);
  mix.blend(fragment, rows);
  EXPECT_TRUE(torch::equal(fragment.frames[0].narrow(2, 0, 1), fragment.frames[1])) << "a pathway for itself";
  EXPECT_TRUE(torch::equal(fragment.frames[0].narrow(2, 1, 1), fragment.frames[1])) << "another mix later";
  return fragment.frames[1].select(2, 0);  // (N, 3, H, W)
}

/// What a row shows of its own and of its partner's, computed from the mixed picture.
struct Shown {
  std::size_t partner;
  double own;
};

Shown shown(const at::Tensor& picture, std::size_t row, const Rows& rows) {
  const double self = static_cast<double>(1 << row);
  const double mean = picture.to(torch::kFloat64).mean().item<double>();
  const std::set<float> values = [&] {
    const at::Tensor flat = picture.contiguous().view(-1);
    return std::set<float>(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  }();
  for (const std::size_t other : rows) {
    const double theirs = static_cast<double>(1 << other);
    if (other == row) continue;
    if (values.size() == 2 && values.contains(static_cast<float>(theirs))) {
      return {other, (mean - theirs) / (self - theirs)};
    }
  }
  return {row, mean == self ? 1.0 : std::nan("")};
}

TEST(Mix, IsNothingUnlessAskedFor) {
  const Rows rows{0, 1, 2};
  EXPECT_TRUE(torch::equal(blended(draw({}, 3, 1), rows), powers(rows).frames[1].select(2, 0)));
  const at::Tensor scores = torch::randn({3, 4}), target = torch::tensor({0, 3, 1});
  EXPECT_TRUE(torch::equal(mix_losses(draw({}, 3, 1), scores, target, Loss::cross_entropy, rows),
                           plain_losses(scores, target, Loss::cross_entropy)));
  EXPECT_NO_THROW(draw(mixing(1, 1), 0, 1));
}

/// One row of two is its own partner or the other's; its pixels tell the share, and so does its loss.
TEST(Mixup, BlendsFramesAndLossesWithTheSameShare) {
  const Rows rows{0, 1};
  const at::Tensor scores = torch::tensor({{1.0, 2.0, 4.0}, {0.5, -1.0, 0.0}}, torch::kFloat64);
  const at::Tensor target = torch::tensor({2, 0}, torch::kInt64);
  const auto entropy = [&](int row, int label) {
    double sum = 0;
    for (int k = 0; k < 3; ++k) sum += std::exp(scores[row][k].item<double>());
    return std::log(sum) - scores[row][label].item<double>();
  };
  int mixed = 0;
  double shares = 0, least = 1;
  for (std::uint64_t iteration = 0; iteration < 400; ++iteration) {
    const Mix mix = draw(mixing(1, 0), 2, iteration);
    const at::Tensor pictures = blended(mix, rows);
    EXPECT_EQ(pictures[0].max().item<float>(), pictures[0].min().item<float>());
    const double own = 2 - pictures[0][0][0][0].item<double>();  // own·1 + (1 − own)·2
    EXPECT_NEAR(pictures[1][0][0][0].item<double>(), 1 + own, 1e-6);
    const at::Tensor loss = mix_losses(mix, scores, target, Loss::cross_entropy, rows);
    EXPECT_NEAR(loss[0].item<double>(), own * entropy(0, 2) + (1 - own) * entropy(0, 0), 1e-6);
    EXPECT_NEAR(loss[1].item<double>(), own * entropy(1, 0) + (1 - own) * entropy(1, 2), 1e-6);
    if (own == 1) continue;
    ++mixed;
    shares += own;
    least = std::min(least, own);
  }
  EXPECT_NEAR(mixed, 200, 40);
  EXPECT_NEAR(shares / mixed, 0.75, 0.03);  // the larger of two shares that are drawn evenly
  EXPECT_GE(least, 0.5);
  EXPECT_LT(least, 0.52);
}

/// With weights, the loss of a plain batch in which each row is there for both its videos: torch's mean over these.
TEST(Mixup, WeighsARowAsItsTwoVideosByTheirShares) {
  const Rows rows{0, 1};
  const at::Tensor scores = torch::tensor({{1.0, 2.0, 4.0}, {0.5, -1.0, 0.0}}, torch::kFloat64);
  const at::Tensor target = torch::tensor({2, 0}, torch::kInt64);
  const Criterion criterion(Loss::cross_entropy, 3, 0.1, {0.5, 1, 4});
  int mixed = 0;
  for (std::uint64_t iteration = 0; iteration < 20; ++iteration) {
    const Mix mix = draw(mixing(1, 0), 2, iteration);
    const double own = 2 - blended(mix, rows)[0][0][0][0].item<double>();
    const Losses losses = mix.losses(scores, target, criterion, rows);
    const Losses plain = criterion.of(scores, target), other = criterion.of(scores, target.flip(0));
    EXPECT_TRUE(torch::allclose(losses.loss, own * plain.loss + (1 - own) * other.loss, 1e-6));
    EXPECT_NEAR(losses.weight[0].item<double>(), own * 4 + (1 - own) * 0.5, 1e-6);
    EXPECT_NEAR(losses.weight[1].item<double>(), own * 0.5 + (1 - own) * 4, 1e-6);
    mixed += own < 1 ? 1 : 0;
  }
  EXPECT_GT(mixed, 3);
}

TEST(Mixup, OfManyLabelsIsTheEntropyOfTheMixedTargets) {
  const Rows rows{0, 1};
  const at::Tensor scores = torch::tensor({{0.5, -2.0}, {1.0, 3.0}}, torch::kFloat64);
  const at::Tensor target = torch::tensor({{1.0, 0.0}, {1.0, 1.0}}, torch::kFloat64);
  int mixed = 0;
  for (std::uint64_t iteration = 0; iteration < 20; ++iteration) {
    const Mix mix = draw(mixing(0.8, 0), 2, iteration);
    const double own = 2 - blended(mix, rows)[0][0][0][0].item<double>();
    mixed += own < 1 ? 1 : 0;
    const at::Tensor loss = mix_losses(mix, scores, target, Loss::binary_cross_entropy, rows);
    for (int row = 0; row < 2; ++row) {
      double expected = 0;
      for (int k = 0; k < 2; ++k) {
        const double soft = own * target[row][k].item<double>() + (1 - own) * target[1 - row][k].item<double>();
        const double p = 1 / (1 + std::exp(-scores[row][k].item<double>()));
        expected -= (soft * std::log(p) + (1 - soft) * std::log(1 - p)) / 2;
      }
      EXPECT_NEAR(loss[row].item<double>(), expected, 1e-6);
    }
  }
  EXPECT_GT(mixed, 3);
}

TEST(CutMix, ShowsARectangleOfThePartnerAndWeighsItsArea) {
  const Rows rows{0, 1, 2, 3};
  const at::Tensor scores = torch::randn({4, 5}, torch::kFloat64);
  const at::Tensor target = torch::tensor({0, 1, 2, 3}, torch::kInt64);
  int mixed = 0;
  std::set<std::pair<std::int64_t, std::int64_t>> centres;
  for (std::uint64_t iteration = 0; iteration < 200; ++iteration) {
    const Mix mix = draw(mixing(0, 1), 4, iteration);
    const at::Tensor pictures = blended(mix, rows);
    const at::Tensor loss = mix_losses(mix, scores, target, Loss::cross_entropy, rows);
    for (const std::size_t row : rows) {
      const auto place = static_cast<std::int64_t>(row);
      const at::Tensor picture = pictures[place];
      const auto [partner, own] = shown(picture, row, rows);
      EXPECT_GE(own, 0.5);
      const at::Tensor theirs = torch::full({1}, static_cast<std::int64_t>(partner), torch::kInt64);
      const at::Tensor own_loss =
          plain_losses(scores.narrow(0, place, 1), target.narrow(0, place, 1), Loss::cross_entropy);
      const at::Tensor their_loss = plain_losses(scores.narrow(0, place, 1), theirs, Loss::cross_entropy);
      EXPECT_NEAR(loss[place].item<double>(), (own_loss * own + their_loss * (1 - own)).item<double>(), 1e-6);
      if (own == 1) continue;
      ++mixed;
      // A rectangle: as many pixels as its rows times its columns.
      const at::Tensor cut = picture[0] == static_cast<double>(1 << partner);
      const auto lines = cut.any(1).sum().item<std::int64_t>(), columns = cut.any(0).sum().item<std::int64_t>();
      EXPECT_EQ(cut.sum().item<std::int64_t>(), lines * columns);
      EXPECT_NEAR(static_cast<double>(lines), static_cast<double>(columns), side / 2);
      const at::Tensor where = cut.nonzero().to(torch::kFloat64).mean(0);
      centres.emplace(where[0].item<double>() * 2, where[1].item<double>() * 2);
    }
  }
  EXPECT_GT(mixed, 400);
  EXPECT_GT(centres.size(), 80U);
}

TEST(Mix, DrawsEitherWhereBothAreAskedFor) {
  const Rows rows{0, 1, 2, 3, 4, 5, 6, 7};
  int cut = 0, blend = 0;
  for (std::uint64_t iteration = 0; iteration < 400; ++iteration) {
    const at::Tensor pictures = blended(draw(mixing(1, 1), 8, iteration), rows);
    const at::Tensor spread = pictures.amax({1, 2, 3}) - pictures.amin({1, 2, 3});
    const at::Tensor moved = (pictures - powers(rows).frames[1].select(2, 0)).abs().sum();
    if (moved.item<float>() == 0) continue;
    ++(spread.max().item<float>() > 0 ? cut : blend);
  }
  EXPECT_NEAR(cut, 200, 45);
  EXPECT_NEAR(blend, 200, 45);
}

TEST(Mix, EveryRowIsAsOftenThePartnerOfAnother) {
  const Rows rows{0, 1, 2};
  int times[3][3] = {};
  for (std::uint64_t iteration = 0; iteration < 900; ++iteration) {
    const at::Tensor pictures = blended(draw(mixing(0, 100), 3, iteration), rows);
    for (const std::size_t row : rows) ++times[row][shown(pictures[static_cast<std::int64_t>(row)], row, rows).partner];
  }
  for (const auto& row : times) {
    for (const int count : row) EXPECT_NEAR(count, 300, 70);
  }
}

/// The others continue as they were; the row that has lost its partner is its own from there on.
TEST(Mix, APartnerThatHasLeftIsNoLongerMixedIn) {
  const Rows all{0, 1, 2, 3};
  const at::Tensor scores = torch::randn({4, 5}, torch::kFloat64);
  const at::Tensor target = torch::tensor({0, 1, 2, 3}, torch::kInt64);
  int lost = 0;
  for (std::uint64_t iteration = 0; iteration < 60; ++iteration) {
    const Mix mix = draw(iteration % 2 == 0 ? mixing(1, 0) : mixing(0, 1), 4, iteration);
    const at::Tensor whole = blended(mix, all), whole_loss = mix_losses(mix, scores, target, Loss::cross_entropy, all);
    for (const std::size_t gone : all) {
      Rows rows = all;
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(gone));
      const at::Tensor left = torch::tensor(std::vector<std::int64_t>(rows.begin(), rows.end()));
      const at::Tensor part = blended(mix, rows);
      const at::Tensor loss =
          mix_losses(mix, scores.index_select(0, left), target.index_select(0, left), Loss::cross_entropy, rows);
      const at::Tensor plain = powers(rows).frames[1].select(2, 0);
      const at::Tensor plain_loss = plain_losses(scores, target, Loss::cross_entropy);
      int changed = 0;
      for (std::size_t place = 0; place < rows.size(); ++place) {
        const auto at = static_cast<std::int64_t>(place), before = static_cast<std::int64_t>(rows[place]);
        if (torch::equal(part[at], whole[before])) {
          EXPECT_EQ(loss[at].item<double>(), whole_loss[before].item<double>());
          continue;
        }
        ++changed;
        EXPECT_TRUE(torch::equal(part[at], plain[at]));
        EXPECT_EQ(loss[at].item<double>(), plain_loss[before].item<double>());
      }
      EXPECT_LE(changed, 1);  // each row is the partner of one
      lost += changed;
    }
  }
  EXPECT_GT(lost, 100);
}

TEST(Mix, DependsOnWhatItIsForAlone) {
  const Rows rows{0, 1, 2, 3};
  const AugmentOptions options = mixing(0.8, 1);
  EXPECT_TRUE(torch::equal(blended(draw(options, 4, 7), rows), blended(draw(options, 4, 7), rows)));
  EXPECT_FALSE(torch::equal(blended(draw(options, 4, 7), rows), blended(draw(options, 4, 8), rows)));
}

}  // namespace
}  // namespace pgt::train
