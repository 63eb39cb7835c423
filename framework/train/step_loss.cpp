#include "train/step_loss.hpp"

#include <torch/torch.h>

#include <cmath>
#include <iterator>
#include <utility>

#include "nn/sent.hpp"
#include "train/moment_loss.hpp"

namespace pgt::train {

StepLoss::StepLoss(const Lesson& lesson, const Mix& mix, const walk::Step& step, sdk::Output output)
    : lesson_(lesson), mix_(mix), step_(step), output_(output) {
  if (output_ != sdk::Output::moments) targets_ = step.targets.of_scores();
}

StepLoss::Part StepLoss::take(const at::Tensor& scores) {
  if (output_ == sdk::Output::moments) return of_moments(scores);
  Part part;
  if (scores.size(0) == 0) return part;             // no box is seen
  const at::Tensor row_scores = scores.squeeze(1);  // (N, 1, K) in training
  const std::int64_t first = std::exchange(taken_, taken_ + scores.size(0));
  const auto [losses, weights] = mix_.losses(row_scores, target(scores), lesson_.criterion, step_.rows, first);
  part.sum = losses.sum();
  part.is_first = !std::exchange(has_sum_, true);
  const at::Tensor weight = weights.sum();
  std::vector<at::Tensor> reported{weight.view(1), (part.sum.detach() / weight).view(1)};
  if (output_ != sdk::Output::boxes && lesson_.criterion.loss() == config::Loss::cross_entropy) {
    reported.push_back(row_scores.argmax(1).eq(target_.narrow(0, first, scores.size(0))));
  }
  const at::Tensor numbers = nn::received(std::move(reported));
  const double mean = numbers[1].item<double>();
  part.finite = std::isfinite(mean);
  note(mean, numbers[0].item<double>());
  for (std::int64_t i = 2; i < numbers.size(0); ++i) part.correct.push_back(numbers[i].item<double>() > 0 ? 1 : 0);
  return part;
}

StepLoss::Part StepLoss::of_moments(const at::Tensor& scores) {
  const std::int64_t moments = scores.size(1);
  if (targets_.empty()) targets_ = step_.targets.of_moments(step_.rows.size(), moments);
  const auto first = std::make_move_iterator(targets_.begin() + taken_ * moments);  // nobody asks for them again
  taken_ += scores.size(0);
  MomentLoss loss =
      moment_loss(scores, {first, first + scores.size(0) * moments}, lesson_.criterion, lesson_.moment_smoothing);
  Part part{
      .sum = std::move(loss.of_rows), .is_first = !std::exchange(has_sum_, true), .correct = std::move(loss.correct)};
  labelled_ += loss.labelled;
  if (loss.labelled == 0) return part;
  part.finite = std::isfinite(loss.mean);
  note(loss.mean, loss.weight);
  return part;
}

const at::Tensor& StepLoss::target(const at::Tensor& scores) {
  if (!target_.defined()) target_ = lesson_.criterion.targets(targets_, scores);
  return target_;
}

at::Tensor StepLoss::weights() const {
  const at::Tensor type = torch::empty({0}, torch::kFloat64);
  return mix_.weights(lesson_.criterion.targets(targets_, type), type, lesson_.criterion, step_.rows);
}

void StepLoss::note(double mean, double weight) {
  weight_ += weight;
  mean_ += (mean - mean_) * (weight / weight_);  // of one part: that part's, to the bit
}

std::int64_t StepLoss::scored() const {
  if (output_ == sdk::Output::moments) return labelled_;
  return has_sum_ ? std::ssize(step_.rows) : 0;
}

}  // namespace pgt::train
