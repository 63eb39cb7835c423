// Which frames the steps of a plan read and carry. A rule looks at what is there: a plan whose lists are too short
// breaks the rules about their lengths, and no other.

#include <algorithm>

#include "every_plan.hpp"
#include "lines.hpp"

namespace pgt::check {
namespace {

/// The first step and pathway, of those that the step has, of which something is wrong.
template <class Check>
std::string in_every_range(const Asked& asked, Check check) {
  return in_every_step(asked, [&](const sdk::Step& step, std::size_t index) -> std::string {
    const std::size_t pathways = std::min({step.frames.size(), step.overlap.size(), asked.request.pathways.size()});
    for (std::size_t p = 0; p < pathways; ++p) {
      const sdk::Step* before = index > 0 ? &asked.plan.steps[index - 1] : nullptr;
      if (before != nullptr && std::min(before->frames.size(), before->overlap.size()) < pathways) return "";
      const std::string wrong = check(step, before, p);
      if (!wrong.empty()) return wrong + " (pathway " + asked.request.pathways[p].name + ")";
    }
    return "";
  });
}

std::string count(const char* what, std::size_t has, std::size_t needs) {
  return has == needs ? "" : "has " + std::to_string(has) + " " + what + ", not " + std::to_string(needs);
}

std::int64_t length(const sdk::FrameRange& range) { return range.end - range.begin; }

std::string has_steps(const Asked& asked) { return asked.plan.steps.empty() ? "the plan has no steps" : ""; }

std::string range_per_pathway(const Asked& asked) {
  return in_every_step(asked, [&](const sdk::Step& step, std::size_t) {
    return count("ranges of frames", step.frames.size(), asked.request.pathways.size());
  });
}

std::string overlap_per_pathway(const Asked& asked) {
  return in_every_step(asked, [&](const sdk::Step& step, std::size_t) {
    return count("overlaps", step.overlap.size(), asked.request.pathways.size());
  });
}

std::string new_frames(const Asked& asked) {
  return in_every_range(asked, [](const sdk::Step& step, const sdk::Step*, std::size_t p) {
    return length(step.frames[p]) > 0 ? "" : "has no new frames: " + text_of(step.frames[p]);
  });
}

std::string inside_clip(const Asked& asked) {
  const std::string negative = in_every_range(asked, [](const sdk::Step& step, const sdk::Step*, std::size_t p) {
    return step.frames[p].begin >= 0 ? "" : "begins in front of the clip: " + text_of(step.frames[p]);
  });
  if (!negative.empty() || asked.plan.clip.frames == 0) return negative;
  const auto& pathways = asked.request.pathways;
  const auto slowest = std::ranges::min_element(pathways, {}, &sdk::Pathway::ratio) - pathways.begin();
  std::int64_t last = 0;
  for (const sdk::Step& step : asked.plan.steps) {
    if (static_cast<std::size_t>(slowest) < step.frames.size())
      last = std::max(last, step.frames[static_cast<std::size_t>(slowest)].end);
  }
  return last == asked.plan.clip.frames ? ""
                                        : "clip.frames is " + std::to_string(asked.plan.clip.frames) +
                                              ", but the steps end at frame " + std::to_string(last);
}

std::string frames_once(const Asked& asked) {
  return in_every_range(asked, [](const sdk::Step& step, const sdk::Step* before, std::size_t p) {
    if (before == nullptr || step.frames[p].begin >= before->frames[p].end) return std::string();
    return "begins at frame " + std::to_string(step.frames[p].begin) + ", which the step before, " +
           text_of(before->frames[p]) + ", has read";
  });
}

std::string contiguous(const Asked& asked) {
  return in_every_range(asked, [](const sdk::Step& step, const sdk::Step* before, std::size_t p) {
    const bool carries = before != nullptr && step.overlap[p] > 0;
    if (!carries || step.frames[p].begin <= before->frames[p].end) return std::string();
    return "overlaps by " + std::to_string(step.overlap[p]) + " and begins at frame " +
           std::to_string(step.frames[p].begin) + ", but the step before ends at " +
           std::to_string(before->frames[p].end);
  });
}

std::string first_overlap(const Asked& asked) {
  return in_every_range(asked, [](const sdk::Step& step, const sdk::Step* before, std::size_t p) {
    if (before != nullptr || step.overlap[p] == 0) return std::string();
    return "has an overlap of " + std::to_string(step.overlap[p]) + ", but there is nothing before it";
  });
}

std::string overlap_is_there(const Asked& asked) {
  return in_every_range(asked, [](const sdk::Step& step, const sdk::Step* before, std::size_t p) {
    if (step.overlap[p] < 0) return "has an overlap of " + std::to_string(step.overlap[p]);
    if (before == nullptr) return std::string();
    const std::int64_t seen = before->overlap[p] + length(before->frames[p]);
    if (step.overlap[p] <= seen) return std::string();
    return "takes " + std::to_string(step.overlap[p]) + " frames, but the step before has seen " + std::to_string(seen);
  });
}

std::string positions(const Asked& asked) {
  return in_every_step(asked, [](const sdk::Step& step, std::size_t) -> std::string {
    if (step.positions.empty()) return "";
    if (step.positions.size() != step.frames.size())
      return count("lists of positions", step.positions.size(), step.frames.size());
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

std::string strides(const Asked& asked) {
  const auto& strides = asked.plan.clip.stride;
  if (strides.empty()) return "";
  if (strides.size() != asked.request.pathways.size())
    return "the clip " + count("strides", strides.size(), asked.request.pathways.size());
  const std::int64_t least = *std::ranges::min_element(strides);
  for (const std::int64_t stride : strides) {
    if (least < 1 || stride % least != 0)
      return "clip.stride has " + std::to_string(stride) + " beside " + std::to_string(least);
  }
  return "";
}

/// Of clips whose frames are evenly spaced.
std::string pathways_end_together(const Asked& asked) {
  const auto& strides = asked.plan.clip.stride;
  const std::size_t pathways = asked.request.pathways.size();
  if (asked.plan.steps.empty() || (!strides.empty() && strides.size() != pathways)) return "";
  const sdk::Step& last = asked.plan.steps.back();
  if (last.frames.size() != pathways || !last.positions.empty()) return "";
  const auto covered = [&](std::size_t p) { return last.frames[p].end * (strides.empty() ? 1 : strides[p]); };
  for (std::size_t p = 1; p < pathways; ++p) {
    if (covered(p) == covered(0)) continue;
    return "the clip ends after " + std::to_string(covered(0)) + " sampled frames in pathway " +
           asked.request.pathways[0].name + ", after " + std::to_string(covered(p)) + " in " +
           asked.request.pathways[p].name;
  }
  return "";
}

std::string repetition(const Asked& asked) {
  if (!asked.plan.repeat_from) return "";
  if (*asked.plan.repeat_from >= asked.plan.steps.size()) {
    return "repeat_from is " + std::to_string(*asked.plan.repeat_from) + " of " +
           std::to_string(asked.plan.steps.size()) + " steps";
  }
  return asked.plan.clip.frames == 0
             ? ""
             : "repeat_from is set and clip.frames is " + std::to_string(asked.plan.clip.frames);
}

constexpr ScheduleRule frame_rules[] = {
    {{"schedule.has-steps", "a plan has at least one step", "schedule.hpp: Plan::steps", "add a step"},
     in_every_plan<has_steps>},
    {{"schedule.range-per-pathway", "a step has a range of frames for each pathway of the request",
      "schedule.hpp: Step::frames", "loop over request.pathways; throw for pathways that you do not support"},
     in_every_plan<range_per_pathway>},
    {{"schedule.overlap-per-pathway", "a step has an overlap for each pathway of the request",
      "schedule.hpp: Step::overlap", "loop over request.pathways"},
     in_every_plan<overlap_per_pathway>},
    {{"schedule.new-frames", "a step has new frames in each pathway", "schedule.hpp: Step::frames",
      "ranges are half open and name the new frames only: an overlap must be less than the length of a step"},
     in_every_plan<new_frames>},
    {{"schedule.inside-clip", "steps begin in the clip, and end where clip.frames says",
      "schedule.hpp: ClipShape::frames", "set clip.frames to the end of the last step in the slowest pathway, or to 0"},
     in_every_plan<inside_clip>},
    {{"schedule.frames-once", "no step reads frames that an earlier one has read", "schedule.hpp: Step::frames",
      "carried frames are not listed: begin where the step before ends"},
     in_every_plan<frames_once>},
    {{"schedule.contiguous", "a step that carries begins where the step before ends", "schedule.hpp: Step::overlap",
      "begin where the step before ends, or carry nothing over the gap"},
     in_every_plan<contiguous>},
    {{"schedule.first-overlap", "the first step overlaps nothing", "schedule.hpp: Step::overlap",
      "give it the overlap 0"},
     in_every_plan<first_overlap>},
    {{"schedule.overlap-is-there", "a step takes no more frames from the carry than the step before has seen",
      "schedule.hpp: Step::overlap", "make the overlap smaller, or the steps longer"},
     in_every_plan<overlap_is_there>},
    {{"schedule.positions", "positions are one for each new frame, not negative, and ascend",
      "schedule.hpp: Step::positions", "sort them, and give as many as frames has, for all pathways or for none"},
     in_every_plan<positions>},
    {{"schedule.strides", "strides are one for each pathway, at least 1, and multiples of the smallest",
      "schedule.hpp: ClipShape::stride", "empty: 1 for each"},
     in_every_plan<strides>},
    {{"schedule.pathways-end-together", "all pathways cover the same time: a clip's frames × stride are equal",
      "schedule.hpp: ClipShape::stride", "stride of the fastest pathway × fastest ratio / ratio, and overlap × ratio"},
     in_every_plan<pathways_end_together>},
    {{"schedule.repetition", "repeat_from is the index of a step, and clip.frames is then 0",
      "schedule.hpp: Plan::repeat_from", "the video's length decides: set clip.frames to 0"},
     in_every_plan<repetition>},
};

}  // namespace

std::span<const ScheduleRule> rules_of_frames() { return frame_rules; }

}  // namespace pgt::check
