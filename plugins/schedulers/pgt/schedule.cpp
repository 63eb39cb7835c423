#include "schedule.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace pgt::schedulers {
namespace {

/// Per pathway, puts `more` after `positions`.
void append(std::vector<std::vector<std::int64_t>>& positions, const std::vector<std::vector<std::int64_t>>& more) {
  for (std::size_t p = 0; p < positions.size(); ++p) {
    positions[p].insert(positions[p].end(), more[p].begin(), more[p].end());
  }
}

}  // namespace

void PgtOptions::describe(sdk::Options& o) {
  Progression::describe(o);
  o("fast_overlap", fast_overlap)
      .range(0, 100000)
      .unit("frames")
      .help("with compat = \"reference\": overlap of the faster pathways; 0: overlap times their frame ratio");
  o("detach", detach)
      .help("stop the gradient between steps; false: it flows through the carry, and memory grows with the steps");
  o("update", update, {{"clip", Update::clip}, {"step", Update::step}})
      .help("update the weights after each clip or after each step");
  o("eval", eval, {{"progressive", Evaluation::progressive}, {"whole", Evaluation::whole}})
      .help("evaluate step by step, or whole clips in one pass");
  o("head_bins", head_bins).range(1, 10000).help("time bins that the head scores separately, with eval = \"whole\"");
  o("compat", compat, {{"none", Compatibility::none}, {"reference", Compatibility::reference}})
      .help("\"reference\": as in the published code, whatever sites and step_loss say; see docs/reference.md");
}

void PgtOptions::check(sdk::Problems& problems) const {
  Shape::check(problems);
  if (fast_overlap != 0 && compat == Compatibility::none) {
    problems.push_back({"fast_overlap",
                        "needs compat = \"reference\": otherwise all pathways overlap for the same time, or they "
                        "would drift apart"});
  }
  if (!detach && steps == 0) {
    problems.push_back(
        {"detach", "must be true with steps = \"all\": the gradient through the carry keeps every step"});
  }
  if (!detach && update == Update::step) {
    problems.push_back({"detach",
                        "must be true with update = \"step\": an update would change parameters that the "
                        "gradient through the carry still needs"});
  }
  if (eval == Evaluation::whole && steps == 0) {
    problems.push_back({"eval", "must be \"progressive\" with steps = \"all\": a whole video does not fit one pass"});
  }
}

std::vector<std::vector<std::int64_t>> Pgt::reference_positions(const sdk::Step& step,
                                                                const std::vector<sdk::Pathway>& pathways) const {
  const auto ratio = [](const sdk::Pathway& a, const sdk::Pathway& b) { return a.ratio < b.ratio; };
  const auto fastest = std::max_element(pathways.begin(), pathways.end(), ratio);
  const sdk::FrameRange& fast = step.frames[static_cast<std::size_t>(fastest - pathways.begin())];
  std::vector<std::vector<std::int64_t>> positions(pathways.size());
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    if (pathways[p].ratio == fastest->ratio) continue;
    // Later steps begin a slow step's length too late (docs/method.md M7.2).
    const std::int64_t first = fast.begin + (fast.begin > 0 ? options_.step_length * pathways[p].ratio : 0);
    if (first >= fast.end) {
      throw std::runtime_error(
          "compat = \"reference\" reads a slow pathway from " + std::to_string(first - fast.begin) +
          " frames after the fast one's first, but this step has only " + std::to_string(fast.end - fast.begin) +
          " new ones: use a smaller overlap or fast_overlap");
    }
    positions[p] = spread(first, fast.end - 1, step.frames[p].end - step.frames[p].begin);
  }
  return positions;
}

sdk::Step Pgt::step(std::int64_t index, const std::vector<sdk::Pathway>& pathways) const {
  sdk::Step step = options_.step(index, pathways);
  for (std::size_t p = 0; p < pathways.size(); ++p) {
    if (options_.fast_overlap == 0 || pathways[p].ratio == 1 || index == 0) continue;
    const std::int64_t length = options_.step_length * pathways[p].ratio;
    step.frames[p] = {clip_frames(index, length, options_.fast_overlap),
                      clip_frames(index + 1, length, options_.fast_overlap)};
    step.overlap[p] = options_.fast_overlap;
  }
  const bool last = index + 1 == options_.steps;
  if (options_.compat == Compatibility::reference) step.positions = reference_positions(step, pathways);
  step.detach = options_.detach;
  step.backward = options_.detach || last;
  step.optimizer_step = options_.update == Update::step || last;
  return step;
}

sdk::Plan Pgt::plan(const sdk::PlanRequest& request) const {
  const bool reference = options_.compat == Compatibility::reference;
  sdk::Plan plan = options_.frame(request.pathways);
  if (reference) {
    plan.carry.sites = sdk::SiteFilter::all;
    if (options_.reduce == sdk::Reduce::max) plan.carry.head_reduce = sdk::Reduce::mean;  // M7.1
    plan.gradients = sdk::GradientScale::sum;                                             // M7.3
    if (options_.ensemble == sdk::Ensemble::automatic) plan.ensemble = sdk::Ensemble::reference;
  }
  if (options_.steps == 0) {
    plan.steps = {step(0, request.pathways), step(1, request.pathways)};
    plan.repeat_from = 1;
    return plan;
  }
  for (std::int64_t i = 0; i < options_.steps; ++i) plan.steps.push_back(step(i, request.pathways));
  plan.clip.frames = clip_frames(options_.steps, options_.step_length, options_.overlap);
  if (request.phase == sdk::Phase::evaluate && options_.eval == Evaluation::whole) {
    sdk::Step whole = plan.steps.front();
    for (std::size_t p = 0; p < whole.frames.size(); ++p) whole.frames[p].end = plan.steps.back().frames[p].end;
    for (std::size_t i = 1; i < plan.steps.size(); ++i) append(whole.positions, plan.steps[i].positions);
    plan.steps = {whole};
    plan.head_bins = options_.head_bins;
  }
  return plan;
}

}  // namespace pgt::schedulers
