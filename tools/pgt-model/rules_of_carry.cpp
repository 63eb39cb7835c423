// What a backbone carries from step to step.

#include <torch/torch.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "clip_plan.hpp"
#include "conformance.hpp"
#include "nn/carry.hpp"
#include "walk/steps.hpp"
#include "watched_carry.hpp"

namespace pgt::model {
namespace {

using check::broken;
using check::broken_if;
using check::CannotBeTried;
using check::holds;
using check::Seen;

void need_sites(const Tried& tried) {
  if (tried.info().sites.empty()) throw CannotBeTried{"the backbone declares no sites: it carries nothing"};
  tried.need_finite_scores();
}

/// Whether anything crosses to the next step when a schedule carries what sites across time need.
bool looks_back(const sdk::BackboneInfo& info) {
  return std::ranges::any_of(info.sites, [](const sdk::Site& site) {
    return site.temporal_kernel > 1 || site.overlap || site.kind == sdk::SiteKind::head;
  });
}

/// Calls `look(site, use)` for each site that a step used; the first text that it gives is what is wrong. What is wrong
/// in the first step may make a later one throw.
template <class Look>
Seen in_every_use(const Tried& tried, Look look) {
  if (tried.info().sites.empty()) throw CannotBeTried{"the backbone declares no sites: it carries nothing"};
  const torch::NoGradGuard no_gradients;
  const walk::PlanWalk plan = tried.trial().plan(rule_of(sdk::SiteFilter::all), true);
  walk::GivenFragments supply(tried.trial().fragments);
  walk::Steps steps(plan, 0, tried.info().sites, supply);
  while (const std::optional<walk::Step> step = steps.next()) {
    WatchedCarry watched(steps.carry());
    try {
      tried.backbone().forward(step->fragment, watched);
    } catch (const std::exception&) {
      throw CannotBeTried{"it does not run: see backbone.runs"};
    }
    for (const auto& [index, use] : watched.uses()) {
      const sdk::Site& site = tried.info().sites.at(index);
      const std::string wrong = look(site, use);
      if (!wrong.empty())
        return broken("in step " + std::to_string(step->index) + " the site \"" + site.name + "\" " + wrong);
    }
  }
  return holds();
}

Seen sites_are_entered_once(const Tried& tried) {
  return in_every_use(tried, [](const sdk::Site&, const WatchedCarry::Use& use) {
    return use.entered <= 1 ? "" : "is entered " + std::to_string(use.entered) + " times";
  });
}

/// An attention may enter what it looks at and give the new frames alone, so it need not leave.
Seen sites_are_left(const Tried& tried) {
  return in_every_use(tried, [](const sdk::Site& site, const WatchedCarry::Use& use) -> std::string {
    if (site.kind == sdk::SiteKind::head)
      return use.left == 0 ? "" : "is a head, and is left: it would lose the carried frames";
    if (use.left > use.entered) return "is left, but was not entered";
    const bool must = site.kind == sdk::SiteKind::stem || site.kind == sdk::SiteKind::block;
    return !must || use.left == use.entered ? ""
                                            : "is entered and never left: the next layers see the carried frames again";
  });
}

Seen time_keeps_its_length(const Tried& tried) {
  return in_every_use(tried, [](const sdk::Site&, const WatchedCarry::Use& use) -> std::string {
    if (use.left == 0 || use.frames_in == use.frames_out) return "";
    return "is entered with " + std::to_string(use.frames_in) + " frames and left with " +
           std::to_string(use.frames_out);
  });
}

Seen every_site_carries(const Tried& tried) {
  need_sites(tried);
  const auto carried = tried.trial().carried(tried.backbone(), rule_of(sdk::SiteFilter::all)).front();
  for (const sdk::Site& site : tried.info().sites) {
    if (!carried.contains(site.name))
      return broken("the site " + site.name + " is declared, but nothing is carried there");
  }
  return holds();
}

Seen carry_is_used(const Tried& tried) {
  need_sites(tried);
  if (!looks_back(tried.info())) throw CannotBeTried{"none of its sites looks across time"};
  Trial other = tried.trial();
  for (at::Tensor& frames : other.fragments.front().frames) frames = frames.flip({2}) + 1;
  const bool same = tried.scores(other)[1].allclose(tried.scores(tried.trial())[1], 1e-9, 1e-9);
  return same ? broken("the second step gives the same scores whatever the first one saw") : holds();
}

/// A backbone may keep something of several steps, so that it takes some until all of it is there.
Seen carry_stays_small(const Tried& tried) {
  constexpr std::int64_t settled = 32, last = 40;
  need_sites(tried);
  const torch::NoGradGuard no_gradients;
  std::vector<sdk::Fragment> fragments(last + 1, tried.trial().fragments[1]);
  fragments.front() = tried.trial().fragments.front();
  walk::GivenFragments supply(fragments);
  const walk::PlanWalk plan = endless_plan_of(tried.info().pathways, tried.clip(), rule_of(sdk::SiteFilter::temporal));
  walk::Steps steps(plan, endless, tried.info().sites, supply);
  std::int64_t before = 0;
  while (const std::optional<walk::Step> step = steps.next()) {
    tried.backbone().forward(step->fragment, steps.carry());
    if (step->index == settled) before = steps.carry().bytes();
  }
  const std::int64_t after = steps.carry().bytes();
  if (after <= before) return holds(std::to_string(after) + " bytes");
  return broken("it is " + std::to_string(after) + " bytes after step " + std::to_string(last) + ", and was " +
                std::to_string(before) + " after step " + std::to_string(settled) +
                ": a video may have any number of steps");
}

Seen kernels_are_true(const Tried& tried) {
  need_sites(tried);
  return broken_if(difference(tried, tried.scores(tried.trial()), tried.scores(tried.trial(), sdk::SiteFilter::all)));
}

constexpr BackboneRule carry_rules[] = {
    {{"backbone.enters-once", "a site is entered once in each step", "backbone.hpp: Carry",
      "declare a site for each place"},
     sites_are_entered_once},
    {{"backbone.leaves", "what enters a stem or a block leaves it, and what enters a head does not",
      "backbone.hpp: Carry::leave", "call carry.leave with what the site computed"},
     sites_are_left},
    {{"backbone.time-kept", "time keeps its length between enter and leave", "docs/write-a-backbone.md: What matters",
      "pad temporal convolutions; shorten time outside of sites"},
     time_keeps_its_length},
    {{"backbone.every-site-carries", "every site that it declares carries", "backbone.hpp: BackboneInfo::sites",
      "take the site out of the list, or enter it"},
     every_site_carries},
    {{"backbone.carry-used", "what a step leaves reaches the next", "backbone.hpp: Carry::enter",
      "compute from what enter returns"},
     carry_is_used},
    {{"backbone.carry-bounded", "what it carries does not grow with the video", "backbone.hpp: Carry::exchange",
      "keep a fixed number of states"},
     carry_stays_small},
    {{"backbone.true-kernels", "sites that look across no time need not carry", "backbone.hpp: Site::temporal_kernel",
      "declare the kernel that the layer has in time; or a layer computes over frames, such as group normalisation"},
     kernels_are_true},
};

}  // namespace

std::span<const BackboneRule> rules_of_carry() { return carry_rules; }

}  // namespace pgt::model
