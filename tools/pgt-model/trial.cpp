#include "trial.hpp"

#include <torch/torch.h>

#include "nn/carry.hpp"

namespace pgt::model {
namespace {

/// Of row `row` alone, as a batch of its own.
sdk::Fragment row_of(sdk::Fragment fragment, std::int64_t row) {
  for (at::Tensor& frames : fragment.frames) frames = frames.narrow(0, row, 1);
  if (fragment.boxes.defined()) {
    fragment.boxes = fragment.boxes.index({fragment.boxes.select(1, 0).eq(row)}).clone();
    fragment.boxes.select(1, 0).zero_();
  }
  return fragment;
}

/// A box a video, not quite the whole picture.
at::Tensor boxes(std::int64_t rows, double size, const at::TensorOptions& options) {
  at::Tensor boxes = torch::empty({rows, 5}, options);
  for (std::int64_t row = 0; row < rows; ++row) {
    boxes[row] = torch::tensor({static_cast<double>(row), 0.1 * size, 0.2 * size, 0.9 * size, 0.8 * size}, options);
  }
  return boxes;
}

}  // namespace

Trial::Trial(const sdk::BackboneInfo& info, const ClipShape& clip, std::int64_t rows, c10::ScalarType type)
    : sites_(info.sites) {
  torch::manual_seed(1);
  for (std::int64_t i = 0; i < clip.steps; ++i) {
    const std::int64_t length = i == 0 ? clip.frames : clip.frames - clip.overlap;
    sdk::Step step;
    sdk::Fragment fragment;
    for (const sdk::Pathway& pathway : info.pathways) {
      step.overlap.push_back(i == 0 ? 0 : clip.overlap * pathway.ratio);
      fragment.frames.push_back(torch::randn({rows, 3, length * pathway.ratio, clip.size, clip.size}, type));
    }
    if (info.boxes) fragment.boxes = boxes(rows, static_cast<double>(clip.size), fragment.frames.front().options());
    steps_.push_back(std::move(step));
    fragments.push_back(std::move(fragment));
  }
}

std::vector<sdk::Step> Trial::steps(bool detach) const {
  std::vector<sdk::Step> steps = steps_;
  for (sdk::Step& step : steps) step.detach = detach;
  return steps;
}

std::vector<at::Tensor> Trial::scores(sdk::Backbone& backbone, const sdk::CarryRule& rule, bool detach,
                                      const CarriedIn* fixed) const {
  const std::vector<sdk::Step> steps = this->steps(detach);
  nn::SlotCarry carry(sites_, rule);
  std::vector<at::Tensor> scores;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (fixed && i > 0) carry.restore((*fixed)[i - 1]);
    carry.begin_step(i == 0, steps[i], i + 1 < steps.size() ? &steps[i + 1] : nullptr);
    scores.push_back(backbone.forward(fragments[i], carry));
  }
  return scores;
}

CarriedIn Trial::carried(sdk::Backbone& backbone, const sdk::CarryRule& rule) const {
  const torch::NoGradGuard no_gradients;
  nn::SlotCarry carry(sites_, rule);
  CarriedIn carried;
  for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
    carry.begin_step(i == 0, steps_[i], &steps_[i + 1]);
    backbone.forward(fragments[i], carry);
    carried.push_back(carry.slots());
  }
  return carried;
}

Trial Trial::row(std::int64_t row) const {
  Trial one = *this;
  for (sdk::Fragment& fragment : one.fragments) fragment = row_of(fragment, row);
  return one;
}

}  // namespace pgt::model
