#include "trial.hpp"

#include <torch/torch.h>

#include <optional>

#include "clip_plan.hpp"
#include "walk/steps.hpp"

namespace pgt::model {
namespace {

/// One box per video, not quite the whole picture.
at::Tensor boxes(std::int64_t rows, double size, const at::TensorOptions& options) {
  at::Tensor boxes = torch::empty({rows, 5}, options);
  for (std::int64_t row = 0; row < rows; ++row) {
    boxes[row] = torch::tensor({static_cast<double>(row), 0.1 * size, 0.2 * size, 0.9 * size, 0.8 * size}, options);
  }
  return boxes;
}

}  // namespace

Trial::Trial(const sdk::BackboneInfo& info, const ClipShape& clip, std::int64_t rows, c10::ScalarType type)
    : info_(info), clip_(clip) {
  torch::manual_seed(1);
  for (std::int64_t i = 0; i < clip.steps; ++i) {
    const std::int64_t length = i == 0 ? clip.frames : clip.frames - clip.overlap;
    sdk::Fragment fragment;
    for (const sdk::Pathway& pathway : info.pathways) {
      fragment.frames.push_back(torch::randn({rows, 3, length * pathway.ratio, clip.size, clip.size}, type));
    }
    if (info.output == sdk::Output::boxes)
      fragment.boxes = boxes(rows, static_cast<double>(clip.size), fragment.frames.front().options());
    fragments.push_back(std::move(fragment));
  }
}

walk::PlanWalk Trial::plan(const sdk::CarryRule& rule, bool detach) const {
  return plan_of(info_.pathways, clip_, rule, detach);
}

std::vector<at::Tensor> Trial::scores(sdk::Backbone& backbone, const sdk::CarryRule& rule, bool detach,
                                      const CarriedIn* fixed) const {
  const walk::PlanWalk plan = this->plan(rule, detach);
  walk::GivenFragments supply(fragments);
  walk::Steps steps(plan, 0, info_.sites, supply);
  std::vector<at::Tensor> scores;
  while (const std::optional<walk::Step> step = steps.next()) {
    if (fixed && step->index > 0) steps.carry().restore((*fixed)[static_cast<std::size_t>(step->index) - 1]);
    scores.push_back(backbone.forward(step->fragment, steps.carry()));
  }
  return scores;
}

CarriedIn Trial::carried(sdk::Backbone& backbone, const sdk::CarryRule& rule) const {
  const torch::NoGradGuard no_gradients;
  const walk::PlanWalk plan = this->plan(rule, true);
  walk::GivenFragments supply(fragments);
  walk::Steps steps(plan, 0, info_.sites, supply);
  CarriedIn carried;
  while (const std::optional<walk::Step> step = steps.next()) {
    backbone.forward(step->fragment, steps.carry());
    if (step->following) carried.push_back(steps.carry().slots());
  }
  return carried;
}

Trial Trial::row(std::int64_t row) const {
  Trial one = *this;
  for (sdk::Fragment& fragment : one.fragments) fragment = walk::rows_of(fragment, row, 1);
  return one;
}

}  // namespace pgt::model
