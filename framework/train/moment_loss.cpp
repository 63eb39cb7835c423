#include "train/moment_loss.hpp"

#include <torch/torch.h>

#include <limits>
#include <utility>

#include "nn/sent.hpp"

namespace pgt::train {
namespace {

constexpr double smoothing_threshold = 4;

/// Per moment from the second on (N, P - 1).
at::Tensor roughness(const at::Tensor& scores, config::Loss loss) {
  const at::Tensor logs = loss == config::Loss::cross_entropy ? scores.log_softmax(2) : at::log_sigmoid(scores);
  const std::int64_t pairs = scores.size(1) - 1;
  const at::Tensor difference = logs.narrow(1, 1, pairs) - logs.narrow(1, 0, pairs).detach();
  return difference.square().clamp_max(smoothing_threshold * smoothing_threshold).mean(2);
}

}  // namespace

MomentLoss moment_loss(const at::Tensor& scores, std::vector<sdk::Target> targets, const Criterion& criterion,
                       double smoothing) {
  const std::int64_t rows = scores.size(0), moments = scores.size(1);
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].labelled) places.push_back(static_cast<std::int64_t>(i));
  }
  std::erase_if(targets, [](const sdk::Target& target) { return !target.labelled; });
  const at::Tensor labelled = nn::sent(torch::tensor(places, torch::kInt64), scores.device());
  const at::Tensor of_labelled = scores.flatten(0, 1).index_select(0, labelled);
  const at::Tensor target = criterion.targets(targets, of_labelled);
  const auto [losses, weights] = criterion.of(of_labelled, target);
  at::Tensor sum = losses.sum();
  if (smoothing > 0 && moments > 1) {
    const at::Tensor there =
        at::zeros({rows * moments}, scores.options()).index_fill_(0, labelled, 1).view({rows, moments});
    const at::Tensor both = there.narrow(1, 1, moments - 1) * there.narrow(1, 0, moments - 1);
    sum = sum + smoothing * (roughness(scores, criterion.loss()) * both).sum();
  }
  MomentLoss result;
  result.of_rows = sum / static_cast<double>(moments);
  result.labelled = std::ssize(places);
  std::vector<at::Tensor> reported{weights.sum().view(1), sum.detach().view(1)};
  const bool one_label = criterion.loss() == config::Loss::cross_entropy && !places.empty();
  if (one_label) reported.push_back(of_labelled.argmax(1).eq(target));
  const at::Tensor numbers = nn::received(std::move(reported));
  result.weight = numbers[0].item<double>();
  result.mean = places.empty() ? std::numeric_limits<double>::quiet_NaN() : numbers[1].item<double>() / result.weight;
  result.correct.assign(static_cast<std::size_t>(rows), 0);
  if (!one_label) return result;
  const auto right = numbers.accessor<double, 1>();
  for (std::size_t i = 0; i < places.size(); ++i) {
    result.correct[static_cast<std::size_t>(places[i] / moments)] +=
        static_cast<int>(right[2 + static_cast<std::int64_t>(i)]);
  }
  return result;
}

}  // namespace pgt::train
