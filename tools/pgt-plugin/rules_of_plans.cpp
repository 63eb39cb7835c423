// What each plan of a schedule keeps. A rule looks at what is there: a plan whose lists are too short breaks the rules
// about their lengths, and no other.

#include <algorithm>
#include <cmath>

#include "lines.hpp"
#include "rules_of_schedules.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::check {
namespace {

/// What is wrong with a plan; empty: nothing.
using PlanCheck = std::string (*)(const Asked&);

template <PlanCheck Check>
Seen in_every_plan(const ScheduleTrial& trial) {
  std::string first;
  std::size_t more = 0;
  for (const Asked& asked : trial.asked()) {
    const std::string wrong = Check(asked);
    if (wrong.empty()) continue;
    if (first.empty()) {
      first = wrong + " (" + text_of(asked.request) + ")";
    } else {
      ++more;
    }
  }
  if (more > 0)
    first += "; so do " + std::to_string(more) + " more of " + std::to_string(trial.asked().size()) + " plans";
  return broken_if(first);
}

/// The first step of which something is wrong.
template <class Check>
std::string in_every_step(const Asked& asked, Check check) {
  for (std::size_t i = 0; i < asked.plan.steps.size(); ++i) {
    const std::string wrong = check(asked.plan.steps[i], i);
    if (!wrong.empty()) return "step " + std::to_string(i) + " " + wrong;
  }
  return "";
}

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
    return "carries " + std::to_string(step.overlap[p]) + " frames and begins at frame " +
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

std::string sizes(const Asked& asked) {
  const sdk::Plan& plan = asked.plan;
  const std::pair<const char*, std::int64_t> numbers[] = {{"clip.frames", plan.clip.frames},
                                                          {"clip.size", plan.clip.size},
                                                          {"clip.batch", plan.clip.batch},
                                                          {"head_bins", plan.head_bins - 1}};
  for (const auto& [name, number] : numbers) {
    if (number < 0) return std::string(name) + " is too small by " + std::to_string(-number);
  }
  return "";
}

std::string loss_weights(const Asked& asked) {
  return in_every_step(asked, [](const sdk::Step& step, std::size_t) {
    const bool fits = std::isfinite(step.loss_weight) && step.loss_weight >= 0;
    return fits ? "" : "has the loss_weight " + text_of(step.loss_weight);
  });
}

std::string learning_rate_scale(const Asked& asked) {
  const double scale = asked.plan.learning_rate_scale;
  return std::isfinite(scale) && scale >= 0 ? "" : "learning_rate_scale is " + text_of(scale);
}

std::string momentum(const Asked& asked) {
  const double momentum = asked.plan.carry.momentum;
  return momentum >= 0 && momentum <= 1 ? "" : "carry.momentum is " + text_of(momentum);
}

std::string known_values(const Asked& asked) {
  const sdk::Plan& plan = asked.plan;
  const auto wrong = [](const char* name, auto value, auto last) -> std::string {
    const int number = static_cast<int>(value);
    return number < 0 || number > static_cast<int>(last) ? std::string(name) + " is " + std::to_string(number) : "";
  };
  return wrong("carry.reduce", plan.carry.reduce, sdk::Reduce::mean) +
         wrong("carry.sites", plan.carry.sites, sdk::SiteFilter::all) +
         wrong("carry.head_reduce", plan.carry.head_reduce.value_or(sdk::Reduce::last), sdk::Reduce::mean) +
         wrong("passes", plan.passes, sdk::Passes::two) + wrong("gradients", plan.gradients, sdk::GradientScale::sum) +
         wrong("ensemble", plan.ensemble, sdk::Ensemble::reference);
}

/// What is gathered is back-propagated after the step itself, a later one or, by the host, at the end of the clip.
std::string learns(const Asked& asked) {
  if (asked.request.phase != sdk::Phase::train || asked.plan.passes == sdk::Passes::two) return "";
  const bool has_loss =
      std::ranges::any_of(asked.plan.steps, [](const sdk::Step& step) { return step.loss_weight > 0; });
  return has_loss || asked.plan.steps.empty() ? "" : "no step of a training plan has a loss_weight over 0";
}

/// The host's own word on it, for what the others do not say: which gradients are still there.
std::string host_takes_it(const Asked& asked) {
  try {
    walk::PlanWalk(asked.plan, asked.request.pathways);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

constexpr ScheduleRule plan_rules[] = {
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
      "schedule.hpp: ClipShape::stride", "stride × ratio is the same for all pathways; empty: 1 for each"},
     in_every_plan<strides>},
    {{"schedule.repetition", "repeat_from is the index of a step, and clip.frames is then 0",
      "schedule.hpp: Plan::repeat_from", "the video's length decides: set clip.frames to 0"},
     in_every_plan<repetition>},
    {{"schedule.sizes", "frames, size and batch of the clip are not negative, head_bins is at least 1",
      "schedule.hpp: ClipShape::size", "0 means what the run file says"},
     in_every_plan<sizes>},
    {{"schedule.loss-weight", "a loss_weight is finite and not negative", "schedule.hpp: Step::loss_weight",
      "look for a division by 0"},
     in_every_plan<loss_weights>},
    {{"schedule.learning-rate-scale", "learning_rate_scale is finite and not negative",
      "schedule.hpp: Plan::learning_rate_scale", "look for a division by 0, as with 0 units or the last epoch"},
     in_every_plan<learning_rate_scale>},
    {{"schedule.momentum", "carry.momentum is in [0, 1]", "schedule.hpp: CarryRule::momentum",
      "say so in describe: .range(0, 1)"},
     in_every_plan<momentum>},
    {{"schedule.known-values", "enumerations have values that the SDK names", "schedule.hpp: Ensemble",
      "do not cast numbers to enumerations"},
     in_every_plan<known_values>},
    {{"schedule.learns", "a plan for training has a step with a loss", "schedule.hpp: Step::loss_weight",
      "give a step a loss_weight over 0"},
     in_every_plan<learns>},
    {{"schedule.host-takes-it", "the host takes the plan: what is back-propagated is still there",
      "schedule.hpp: Step::backward",
      "detach = false follows a step with backward = false; see docs/write-a-schedule.md"},
     in_every_plan<host_takes_it>},
};

}  // namespace

std::span<const ScheduleRule> rules_of_plans() { return plan_rules; }

}  // namespace pgt::check
