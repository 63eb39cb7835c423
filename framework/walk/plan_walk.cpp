#include "walk/plan_walk.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/error.hpp"

namespace pgt::walk {
namespace {

[[noreturn]] void reject(const std::string& what) {
  throw Error(ExitCode::plugin, "the schedule's plan is not valid: " + what);
}

[[noreturn]] void reject(std::size_t step, const std::string& what) {
  reject("step " + std::to_string(step) + " " + what);
}

void check_positions(const sdk::Step& step, std::size_t index) {
  if (step.positions.empty()) return;
  if (step.positions.size() != step.frames.size()) reject(index, "must give positions for all pathways or for none");
  for (std::size_t p = 0; p < step.frames.size(); ++p) {
    const std::vector<std::int64_t>& positions = step.positions[p];
    if (positions.empty()) continue;
    if (static_cast<std::int64_t>(positions.size()) != step.frames[p].end - step.frames[p].begin) {
      reject(index, "must give a position for each of its new frames");
    }
    if (positions.front() < 0 || !std::is_sorted(positions.begin(), positions.end())) {
      reject(index, "has positions that are negative or do not ascend");
    }
  }
}

/// Which steps' graphs a step's gradient flows back through: they must be there, and their weights unchanged.
void check_reach(const sdk::Plan& plan, std::size_t index) {
  const sdk::Step& step = plan.steps[index];
  const std::int64_t reach = step.gradient_reach;
  if (reach < 0) reject(index, "has a negative gradient_reach");
  if (reach == 0) return;
  if (index == 0) reject(index, "reaches back (gradient_reach), but there is nothing before it");
  if (!step.detach) reject(index, "has a gradient_reach, which needs detach = true");
  if (!step.backward) reject(index, "has a gradient_reach, but back-propagates nothing");
  for (const bool repeated : {false, true}) {
    if (repeated && (!plan.repeat_from || index < *plan.repeat_from)) continue;
    std::size_t at = index;  // the steps before it; the first of a repetition follows the last of the list
    for (std::int64_t back = 1; back <= reach && at > 0; ++back) {
      at = repeated && at == *plan.repeat_from ? plan.steps.size() - 1 : at - 1;
      const sdk::Step& before = plan.steps[at];
      if (before.optimizer_step) {
        reject(index, "reaches back through step " + std::to_string(at) + ", after which the weights are updated");
      }
      if (back == 1 && reach > before.gradient_reach + 1) {
        reject(index, "reaches back " + std::to_string(reach) + " steps, but the graphs of only " +
                          std::to_string(before.gradient_reach + 1) + " are kept");
      }
    }
  }
}

void check_step(const sdk::Plan& plan, std::size_t index, std::size_t pathways) {
  const sdk::Step& step = plan.steps[index];
  if (step.frames.size() != pathways || step.overlap.size() != pathways) {
    reject(index, "must give frames and overlap for each of the backbone's " + std::to_string(pathways) + " pathways");
  }
  for (std::size_t p = 0; p < pathways; ++p) {
    if (step.frames[p].begin < 0 || step.frames[p].end <= step.frames[p].begin) reject(index, "has no new frames");
    if (step.overlap[p] < 0) reject(index, "has a negative overlap");
    if (index == 0 && step.overlap[p] != 0) reject(index, "overlaps, but there is nothing before it");
  }
  check_positions(step, index);
  if (step.loss_weight < 0) reject(index, "has a negative loss weight");
  if (index > 0 && !step.detach && plan.steps[index - 1].backward) {
    reject(index, "continues the gradient of a step that has already been back-propagated");
  }
  if (plan.repeat_from == index && !step.detach && plan.steps.back().backward) {
    reject(index, "continues, as it repeats, the gradient of the last step, which has already been back-propagated");
  }
  if (plan.passes == sdk::Passes::one) return check_reach(plan, index);
  if (index > 0 && !step.detach) reject(index, "has detach = false, but with two passes nothing crosses its border");
  if (step.gradient_reach != 0) reject(index, "has a gradient_reach, but with two passes nothing crosses its border");
}

void check_clip(const sdk::ClipShape& clip) {
  if (clip.frames < 0) reject("its clip has " + std::to_string(clip.frames) + " frames");
  if (clip.size < 0) reject("its pictures have a side of " + std::to_string(clip.size) + " pixels");
  if (clip.batch < 0) reject("its batch has " + std::to_string(clip.batch) + " videos");
}

/// What the plan says about its clip must be what its steps read of the slowest pathway.
void check_frames(const sdk::Plan& plan, const std::vector<sdk::Pathway>& pathways) {
  if (plan.clip.frames == 0) return;
  const auto slowest = std::min_element(pathways.begin(), pathways.end(),
                                        [](const auto& a, const auto& b) { return a.ratio < b.ratio; });
  std::int64_t read = 0;
  for (const sdk::Step& step : plan.steps) {
    read = std::max(read, step.frames[static_cast<std::size_t>(slowest - pathways.begin())].end);
  }
  if (!plan.repeat_from && read == plan.clip.frames) return;
  reject("its clip has " + std::to_string(plan.clip.frames) + " frames, but its steps read " +
         (plan.repeat_from ? "all that the video has (repeat_from)" : std::to_string(read)));
}

}  // namespace

PlanWalk::PlanWalk(sdk::Plan plan, std::vector<sdk::Pathway> pathways)
    : plan_(std::move(plan)), pathways_(std::move(pathways)) {
  if (plan_.steps.empty()) throw Error(ExitCode::plugin, "the schedule's plan has no steps");
  check_clip(plan_.clip);
  // Two passes have one loss, of rows that may have ended at different steps: parts of it are added up.
  if (plan_.passes == sdk::Passes::two) plan_.gradients = sdk::GradientScale::sum;
  if (plan_.clip.stride.empty()) plan_.clip.stride.assign(pathways_.size(), 1);
  if (plan_.clip.stride.size() != pathways_.size()) reject(0, "needs a stride for each pathway");
  for (const std::int64_t stride : plan_.clip.stride) {
    if (stride < 1 || stride % grid_stride() != 0) reject(0, "has strides that do not divide one another");
  }
  if (plan_.repeat_from && *plan_.repeat_from >= plan_.steps.size())
    reject(*plan_.repeat_from, "is not there to repeat");
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) check_step(plan_, i, pathways_.size());
  check_frames(plan_, pathways_);
  if (plan_.carry.momentum < 0 || plan_.carry.momentum > 1) reject("the carry's momentum must be in [0, 1]");
  if (!(plan_.learning_rate_scale >= 0)) reject("its learning_rate_scale is negative");
}

std::int64_t PlanWalk::grid_stride() const {
  return *std::min_element(plan_.clip.stride.begin(), plan_.clip.stride.end());
}

std::vector<std::int64_t> PlanWalk::on_grid(const sdk::Step& step, std::size_t pathway) const {
  if (!step.positions.empty() && !step.positions[pathway].empty()) return step.positions[pathway];
  std::vector<std::int64_t> positions;
  const std::int64_t spacing = plan_.clip.stride[pathway] / grid_stride();
  for (std::int64_t f = step.frames[pathway].begin; f < step.frames[pathway].end; ++f) positions.push_back(f * spacing);
  return positions;
}

std::size_t PlanWalk::fastest() const {
  const std::vector<std::int64_t>& strides = plan_.clip.stride;
  return static_cast<std::size_t>(std::min_element(strides.begin(), strides.end()) - strides.begin());
}

std::int64_t PlanWalk::frames() const {
  if (whole_video()) return 0;
  std::int64_t end = 0;
  for (const sdk::Step& step : plan_.steps) {
    for (std::size_t p = 0; p < step.frames.size(); ++p) end = std::max(end, on_grid(step, p).back() + 1);
  }
  return end;
}

std::int64_t PlanWalk::place(std::int64_t index) const {
  const auto listed = static_cast<std::int64_t>(plan_.steps.size());
  if (index < listed || !plan_.repeat_from) return index;
  const auto from = static_cast<std::int64_t>(*plan_.repeat_from);
  return from + (index - from) % (listed - from);
}

std::optional<sdk::Step> PlanWalk::step(std::int64_t index, std::int64_t frames) const {
  const auto listed = static_cast<std::int64_t>(plan_.steps.size());
  if (index < listed) return plan_.steps[static_cast<std::size_t>(index)];
  if (!plan_.repeat_from) return std::nullopt;

  const auto from = static_cast<std::int64_t>(*plan_.repeat_from);
  const std::int64_t length = listed - from;
  const std::int64_t round = (index - from) / length;
  sdk::Step step = plan_.steps[static_cast<std::size_t>(place(index))];
  const auto covered = [&](std::size_t p) {
    return plan_.steps.back().frames[p].end - plan_.steps[*plan_.repeat_from].frames[p].begin;
  };
  for (std::vector<std::int64_t>& positions : step.positions) {
    for (std::int64_t& position : positions) position += round * covered(fastest());
  }
  bool any = false;
  for (std::size_t p = 0; p < step.frames.size(); ++p) {
    step.frames[p].begin += round * covered(p);
    step.frames[p].end += round * covered(p);
    any = any || on_grid(step, p).front() < frames;
  }
  if (!any) return std::nullopt;
  return step;
}

std::int64_t PlanWalk::steps(std::int64_t frames) const {
  std::int64_t index = 0;
  for (std::vector<std::int64_t> read = positions(0, frames); !read.empty() && read.front() < frames;) {
    read = positions(++index, frames);
  }
  return index;
}

std::vector<std::int64_t> PlanWalk::positions(std::int64_t index, std::int64_t frames) const {
  const std::optional<sdk::Step> step = this->step(index, frames);
  if (!step) return {};
  std::set<std::int64_t> found;
  for (std::size_t p = 0; p < step->frames.size(); ++p) {
    for (const std::int64_t position : on_grid(*step, p)) found.insert(position);
  }
  return {found.begin(), found.end()};
}

std::vector<std::vector<std::int64_t>> PlanWalk::places(std::int64_t index, std::int64_t frames) const {
  const std::vector<std::int64_t> all = positions(index, frames);
  const std::optional<sdk::Step> step = this->step(index, frames);
  std::vector<std::vector<std::int64_t>> places(pathways_.size());
  if (!step) return places;
  for (std::size_t p = 0; p < places.size(); ++p) {
    for (const std::int64_t position : on_grid(*step, p)) {
      places[p].push_back(std::lower_bound(all.begin(), all.end(), position) - all.begin());
    }
  }
  return places;
}

std::vector<std::int64_t> PlanWalk::window(const sdk::Step& step) const {
  const sdk::FrameRange& frames = step.frames[fastest()];
  std::vector<std::int64_t> window;
  for (std::int64_t f = frames.begin - step.overlap[fastest()]; f < frames.end; ++f) window.push_back(f);
  return window;
}

std::int64_t PlanWalk::anchor() const {
  const std::vector<std::int64_t> window = this->window(plan_.steps.back());
  return window[window.size() / 2];
}

}  // namespace pgt::walk
