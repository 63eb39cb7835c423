/// Which frames the steps of a plan read and carry. Includes no torch header.
#pragma once

#include <algorithm>

#include <pgt/sdk/testing/rules/plan_rule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

inline std::string has_steps(const Plan& plan, const PlanRequest&) {
  return plan.steps.empty() ? "the plan has no steps" : "";
}

inline std::string range_per_pathway(const Plan& plan, const PlanRequest& request) {
  return in_every_step(plan, [&](const Step& step, std::size_t) {
    return wrong_count("ranges of frames", step.frames.size(), request.pathways.size());
  });
}

inline std::string overlap_per_pathway(const Plan& plan, const PlanRequest& request) {
  return in_every_step(plan, [&](const Step& step, std::size_t) {
    return wrong_count("overlaps", step.overlap.size(), request.pathways.size());
  });
}

inline std::string new_frames(const Plan& plan, const PlanRequest& request) {
  return in_every_range(plan, request, [](const Step& step, const Step*, std::size_t p) {
    return length(step.frames[p]) > 0 ? "" : "has no new frames: " + text_of(step.frames[p]);
  });
}

inline std::string inside_clip(const Plan& plan, const PlanRequest& request) {
  const std::string negative = in_every_range(plan, request, [](const Step& step, const Step*, std::size_t p) {
    return step.frames[p].begin >= 0 ? "" : "begins in front of the clip: " + text_of(step.frames[p]);
  });
  if (!negative.empty() || plan.clip.frames == 0) return negative;
  const auto& pathways = request.pathways;
  const auto slowest = std::ranges::min_element(pathways, {}, &Pathway::ratio) - pathways.begin();
  std::int64_t last = 0;
  for (const Step& step : plan.steps) {
    if (static_cast<std::size_t>(slowest) < step.frames.size())
      last = std::max(last, step.frames[static_cast<std::size_t>(slowest)].end);
  }
  return last == plan.clip.frames ? ""
                                  : "clip.frames is " + std::to_string(plan.clip.frames) +
                                        ", but the steps end at frame " + std::to_string(last);
}

inline std::string frames_once(const Plan& plan, const PlanRequest& request) {
  return in_every_range(plan, request, [](const Step& step, const Step* before, std::size_t p) {
    if (before == nullptr || step.frames[p].begin >= before->frames[p].end) return std::string();
    return "begins at frame " + std::to_string(step.frames[p].begin) + ", which the step before, " +
           text_of(before->frames[p]) + ", has read";
  });
}

inline std::string contiguous(const Plan& plan, const PlanRequest& request) {
  return in_every_range(plan, request, [](const Step& step, const Step* before, std::size_t p) {
    const bool carries = before != nullptr && step.overlap[p] > 0;
    if (!carries || step.frames[p].begin <= before->frames[p].end) return std::string();
    return "overlaps by " + std::to_string(step.overlap[p]) + " and begins at frame " +
           std::to_string(step.frames[p].begin) + ", but the step before ends at " +
           std::to_string(before->frames[p].end);
  });
}

inline std::string first_overlap(const Plan& plan, const PlanRequest& request) {
  return in_every_range(plan, request, [](const Step& step, const Step* before, std::size_t p) {
    if (before != nullptr || step.overlap[p] == 0) return std::string();
    return "has an overlap of " + std::to_string(step.overlap[p]) + ", but there is nothing before it";
  });
}

inline std::string overlap_is_there(const Plan& plan, const PlanRequest& request) {
  return in_every_range(plan, request, [](const Step& step, const Step* before, std::size_t p) {
    if (step.overlap[p] < 0) return "has an overlap of " + std::to_string(step.overlap[p]);
    if (before == nullptr) return std::string();
    const std::int64_t seen = before->overlap[p] + length(before->frames[p]);
    if (step.overlap[p] <= seen) return std::string();
    return "takes " + std::to_string(step.overlap[p]) + " frames, but the step before has seen " + std::to_string(seen);
  });
}

inline std::string positions(const Plan& plan, const PlanRequest&) {
  return in_every_step(plan, [](const Step& step, std::size_t) -> std::string {
    if (step.positions.empty()) return "";
    if (step.positions.size() != step.frames.size())
      return wrong_count("lists of positions", step.positions.size(), step.frames.size());
    for (std::size_t p = 0; p < step.frames.size(); ++p) {
      const auto& places = step.positions[p];
      if (places.empty()) continue;
      if (static_cast<std::int64_t>(places.size()) != length(step.frames[p])) {
        return "has " + std::to_string(places.size()) + " positions for the new frames " + text_of(step.frames[p]);
      }
      if (places.front() < 0 || !std::ranges::is_sorted(places))
        return "has positions that are negative or do not ascend";
    }
    return "";
  });
}

inline std::string strides(const Plan& plan, const PlanRequest& request) {
  const auto& strides = plan.clip.stride;
  if (strides.empty()) return "";
  if (strides.size() != request.pathways.size())
    return "the clip " + wrong_count("strides", strides.size(), request.pathways.size());
  const std::int64_t least = *std::ranges::min_element(strides);
  for (const std::int64_t stride : strides) {
    if (least < 1 || stride % least != 0)
      return "clip.stride has " + std::to_string(stride) + " beside " + std::to_string(least);
  }
  return "";
}

/// What no strides mean.
inline std::vector<std::int64_t> finest_strides(const std::vector<Pathway>& pathways) {
  std::int64_t fastest = 1;
  for (const Pathway& pathway : pathways) fastest = std::max(fastest, pathway.ratio);
  std::vector<std::int64_t> strides;
  for (const Pathway& pathway : pathways) strides.push_back(fastest / pathway.ratio);
  return strides;
}

/// Of clips whose frames are evenly spaced.
inline std::string pathways_end_together(const Plan& plan, const PlanRequest& request) {
  const auto strides = plan.clip.stride.empty() ? finest_strides(request.pathways) : plan.clip.stride;
  const std::size_t pathways = request.pathways.size();
  if (plan.steps.empty() || strides.size() != pathways) return "";
  const Step& last = plan.steps.back();
  if (last.frames.size() != pathways || !last.positions.empty()) return "";
  const auto covered = [&](std::size_t p) { return last.frames[p].end * strides[p]; };
  for (std::size_t p = 1; p < pathways; ++p) {
    if (covered(p) == covered(0)) continue;
    return "the clip ends after " + std::to_string(covered(0)) + " sampled frames in pathway " +
           request.pathways[0].name + ", after " + std::to_string(covered(p)) + " in " + request.pathways[p].name;
  }
  return "";
}

inline std::string repetition(const Plan& plan, const PlanRequest&) {
  if (!plan.repeat_from) return "";
  if (*plan.repeat_from >= plan.steps.size()) {
    return "repeat_from is " + std::to_string(*plan.repeat_from) + " of " + std::to_string(plan.steps.size()) +
           " steps";
  }
  return plan.clip.frames == 0 ? "" : "repeat_from is set and clip.frames is " + std::to_string(plan.clip.frames);
}

}  // namespace detail

/// Which frames the steps of a plan read and carry.
inline constexpr PlanRule rules_of_frames[] = {
    {{"schedule.has-steps", "a plan has at least one step", "schedule.hpp: Plan::steps", "add a step"},
     detail::has_steps},
    {{"schedule.range-per-pathway", "a step has a range of frames for each pathway of the request",
      "schedule.hpp: Step::frames", "loop over request.pathways; throw for pathways that you do not support"},
     detail::range_per_pathway},
    {{"schedule.overlap-per-pathway", "a step has an overlap for each pathway of the request",
      "schedule.hpp: Step::overlap", "loop over request.pathways"},
     detail::overlap_per_pathway},
    {{"schedule.new-frames", "a step has new frames in each pathway", "schedule.hpp: Step::frames",
      "ranges are half open and name the new frames only: an overlap must be less than the length of a step"},
     detail::new_frames},
    {{"schedule.inside-clip", "steps begin in the clip, and end where clip.frames says",
      "schedule.hpp: ClipShape::frames", "set clip.frames to the end of the last step in the slowest pathway, or to 0"},
     detail::inside_clip},
    {{"schedule.frames-once", "no step reads frames that an earlier one has read", "schedule.hpp: Step::frames",
      "carried frames are not listed: begin where the step before ends"},
     detail::frames_once},
    {{"schedule.contiguous", "a step that carries begins where the step before ends", "schedule.hpp: Step::overlap",
      "begin where the step before ends, or carry nothing over the gap"},
     detail::contiguous},
    {{"schedule.first-overlap", "the first step overlaps nothing", "schedule.hpp: Step::overlap",
      "give it the overlap 0"},
     detail::first_overlap},
    {{"schedule.overlap-is-there", "a step takes no more frames from the carry than the step before has seen",
      "schedule.hpp: Step::overlap", "make the overlap smaller, or the steps longer"},
     detail::overlap_is_there},
    {{"schedule.positions", "positions are one for each new frame, not negative, and ascend",
      "schedule.hpp: Step::positions", "sort them, and give as many as frames has, for all pathways or for none"},
     detail::positions},
    {{"schedule.strides", "strides are one for each pathway, at least 1, and multiples of the smallest",
      "schedule.hpp: ClipShape::stride", "leave them out, or give one for each"},
     detail::strides},
    {{"schedule.repetition", "repeat_from is the index of a step, and clip.frames is then 0",
      "schedule.hpp: Plan::repeat_from", "the video's length decides: set clip.frames to 0"},
     detail::repetition},
};

/// What the pathways of a clip keep. A plan that does not can be walked all the same, as the published ones of SlowFast
/// can, which overlap one frame in both pathways.
inline constexpr PlanRule rules_of_pathways[] = {
    {{"schedule.pathways-end-together", "all pathways cover the same time: a clip's frames × stride are equal",
      "schedule.hpp: ClipShape::stride", "stride of the fastest pathway × fastest ratio / ratio, and overlap × ratio"},
     detail::pathways_end_together},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
