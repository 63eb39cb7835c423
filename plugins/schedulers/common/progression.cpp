#include "schedulers/common/progression.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace pgt::schedulers {

std::vector<std::int64_t> strides(std::int64_t stride, const std::vector<sdk::Pathway>& pathways) {
  std::int64_t fastest = 1;
  for (const sdk::Pathway& pathway : pathways) fastest = std::max(fastest, pathway.ratio);
  std::vector<std::int64_t> strides;
  for (const sdk::Pathway& pathway : pathways) {
    if (stride * fastest % pathway.ratio != 0) {
      throw std::runtime_error("a pathway of ratio " + std::to_string(pathway.ratio) +
                               " cannot be read in step with one of ratio " + std::to_string(fastest) + " at stride " +
                               std::to_string(stride) + ": the stride times the largest ratio must be a multiple of " +
                               std::to_string(pathway.ratio));
    }
    strides.push_back(stride * fastest / pathway.ratio);
  }
  return strides;
}

std::int64_t clip_frames(std::int64_t steps, std::int64_t step_length, std::int64_t overlap) {
  return steps * step_length - (steps - 1) * overlap;
}

sdk::Plan single_step(std::int64_t frames, std::int64_t stride, const std::vector<sdk::Pathway>& pathways) {
  sdk::Plan plan;
  plan.clip.frames = frames;
  plan.clip.stride = strides(stride, pathways);
  sdk::Step step;
  for (const sdk::Pathway& pathway : pathways) {
    step.frames.push_back({0, frames * pathway.ratio});
    step.overlap.push_back(0);
  }
  step.optimizer_step = true;
  plan.steps = {std::move(step)};
  return plan;
}

void Shape::describe(sdk::Options& o, bool all) {
  sdk::OptionBuilder builder = o("steps", steps).range(1, 100000).unit("steps");
  if (all) {
    builder.word("all", 0).help("steps per clip; \"all\": until the video ends");
  } else {
    builder.help("steps per clip");
  }
  o("step_length", step_length).range(1, 100000).unit("frames").help("frames per step, including those carried over");
  o("overlap", overlap).range(0, 100000).unit("frames").help("frames that each step takes from the carry");
  o("stride", stride).range(1, 10000).unit("frames").help("stride of the fastest pathway, in sampled frames");
}

void Shape::check(sdk::Problems& problems) const {
  if (overlap < step_length) return;
  problems.push_back({"overlap", "must be less than step_length (" + std::to_string(step_length) + ")"});
}

sdk::Step Shape::step(std::int64_t index, const std::vector<sdk::Pathway>& pathways) const {
  sdk::Step step;
  for (const sdk::Pathway& pathway : pathways) {
    // docs/method.md M1.1: the first step is new altogether, the others bring length - overlap new frames.
    const std::int64_t begin = index == 0 ? 0 : clip_frames(index, step_length, overlap);
    step.frames.push_back({begin * pathway.ratio, clip_frames(index + 1, step_length, overlap) * pathway.ratio});
    step.overlap.push_back(index == 0 ? 0 : overlap * pathway.ratio);
  }
  return step;
}

void Progression::describe(sdk::Options& o, bool all) {
  Shape::describe(o, all);
  o("reduce", reduce, {{"last", sdk::Reduce::last}, {"max", sdk::Reduce::max}, {"mean", sdk::Reduce::mean}})
      .help("what a site carries: its last frames, or their maximum or mean over time");
  o("momentum", momentum).range(0, 1).help("weight of the previous carry in the new one");
  o("sites", sites, {{"temporal", sdk::SiteFilter::temporal}, {"all", sdk::SiteFilter::all}})
      .help("which sites carry: those that look across time, or all, as in the published code");
  o("head", head).help("whether the head carries, too");
  o("step_loss", step_loss, {{"mean", sdk::GradientScale::mean}, {"sum", sdk::GradientScale::sum}})
      .help("whether an update takes the mean or the sum of its steps' gradients");
  o("ensemble", ensemble,
    {{"auto", sdk::Ensemble::automatic},
     {"mean", sdk::Ensemble::mean},
     {"sum", sdk::Ensemble::mean},  // its older name
     {"max", sdk::Ensemble::max},
     {"last", sdk::Ensemble::last}})
      .help(
          "how the predictions of the steps are combined; auto: their mean, for boxes the last step's (mean, max: "
          "those of all steps)");
}

sdk::Plan Progression::frame(const std::vector<sdk::Pathway>& pathways) const {
  sdk::Plan plan;
  plan.clip.stride = strides(stride, pathways);
  plan.carry.reduce = reduce;
  plan.carry.momentum = momentum;
  plan.carry.sites = sites;
  plan.carry.head = head;
  plan.gradients = step_loss;
  plan.ensemble = ensemble;
  return plan;
}

sdk::Plan Progression::plan(const std::vector<sdk::Pathway>& pathways) const {
  sdk::Plan plan = frame(pathways);
  if (steps == 0) {
    plan.steps = {step(0, pathways), step(1, pathways)};
    plan.repeat_from = 1;
    return plan;
  }
  for (std::int64_t i = 0; i < steps; ++i) plan.steps.push_back(step(i, pathways));
  plan.steps.back().optimizer_step = true;
  plan.clip.frames = clip_frames(steps, step_length, overlap);
  return plan;
}

}  // namespace pgt::schedulers
