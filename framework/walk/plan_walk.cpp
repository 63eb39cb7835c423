#include "walk/plan_walk.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <pgt/sdk/testing/rules/plan_rules.hpp>

#include "base/error.hpp"

namespace pgt::walk {
namespace {

/// Throws Error(plugin) with the first rule of plans that it breaks.
void check(const sdk::Plan& plan, const std::vector<sdk::Pathway>& pathways) {
  sdk::PlanRequest request;
  request.phase = sdk::Phase::evaluate;  // whether something is learned is not for the walk to say
  request.pathways = pathways;
  sdk::testing::for_each_walk_rule([&](const sdk::testing::PlanRule& rule) {
    const std::string wrong = rule.wrong(plan, request);
    if (wrong.empty()) return;
    throw Error(ExitCode::plugin, "the schedule's plan is not valid: " + wrong + "; " + rule.text.remedy + " (rule " +
                                      rule.text.name + ")");
  });
}

}  // namespace

const char* name_of(sdk::Ensemble ensemble) {
  switch (ensemble) {
    case sdk::Ensemble::mean:
      return "mean";
    case sdk::Ensemble::max:
      return "max";
    case sdk::Ensemble::last:
      return "last";
    case sdk::Ensemble::reference:
      return "reference";
    case sdk::Ensemble::automatic:
      break;
  }
  return "auto";
}

PlanWalk::PlanWalk(sdk::Plan plan, std::vector<sdk::Pathway> pathways) : pathways_(std::move(pathways)) {
  check(plan, pathways_);
  // Two passes have one loss, of rows that may have ended at different steps: parts of it are added up.
  if (plan.passes == sdk::Passes::two) plan.gradients = sdk::GradientScale::sum;
  if (plan.clip.stride.empty()) plan.clip.stride = sdk::testing::detail::finest_strides(pathways_);
  plan_ = std::make_shared<const sdk::Plan>(std::move(plan));
}

std::int64_t PlanWalk::grid_stride() const {
  return *std::min_element(plan().clip.stride.begin(), plan().clip.stride.end());
}

std::vector<std::int64_t> PlanWalk::on_grid(const sdk::Step& step, std::size_t pathway) const {
  if (!step.positions.empty() && !step.positions[pathway].empty()) return step.positions[pathway];
  std::vector<std::int64_t> positions;
  const std::int64_t spacing = plan().clip.stride[pathway] / grid_stride();
  for (std::int64_t f = step.frames[pathway].begin; f < step.frames[pathway].end; ++f) positions.push_back(f * spacing);
  return positions;
}

std::size_t PlanWalk::fastest() const {
  const std::vector<std::int64_t>& strides = plan().clip.stride;
  return static_cast<std::size_t>(std::min_element(strides.begin(), strides.end()) - strides.begin());
}

std::int64_t PlanWalk::frames() const {
  if (whole_video()) return 0;
  std::int64_t end = 0;
  for (const sdk::Step& step : plan().steps) {
    for (std::size_t p = 0; p < step.frames.size(); ++p) end = std::max(end, on_grid(step, p).back() + 1);
  }
  return end;
}

std::int64_t PlanWalk::place(std::int64_t index) const {
  const auto listed = static_cast<std::int64_t>(plan().steps.size());
  if (index < listed || !plan().repeat_from) return index;
  const auto from = static_cast<std::int64_t>(*plan().repeat_from);
  return from + (index - from) % (listed - from);
}

std::optional<sdk::Step> PlanWalk::step(std::int64_t index, std::int64_t frames) const {
  const auto listed = static_cast<std::int64_t>(plan().steps.size());
  if (index < listed) return plan().steps[static_cast<std::size_t>(index)];
  if (!plan().repeat_from) return std::nullopt;

  const auto from = static_cast<std::int64_t>(*plan().repeat_from);
  const std::int64_t length = listed - from;
  const std::int64_t round = (index - from) / length;
  sdk::Step step = plan().steps[static_cast<std::size_t>(place(index))];
  const auto covered = [&](std::size_t p) {
    return plan().steps.back().frames[p].end - plan().steps[*plan().repeat_from].frames[p].begin;
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
  const std::vector<std::int64_t> window = this->window(plan().steps.back());
  return window[window.size() / 2];
}

}  // namespace pgt::walk
