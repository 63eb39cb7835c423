// What a backbone declares, and that its scores depend on their video alone.

#include <torch/torch.h>

#include <set>
#include <sstream>
#include <stdexcept>

#include "conformance.hpp"
#include "nn/carry.hpp"
#include "nn/parameters.hpp"
#include "walk/hidden_state.hpp"
#include "walk/steps.hpp"

namespace pgt::model {
namespace {

using check::broken;
using check::broken_if;
using check::holds;
using check::Seen;

Seen made(const Tried& tried) {
  tried.make(0);
  return holds();
}

Seen sites_are_declared(const Tried& tried) {
  const sdk::BackboneInfo& info = tried.info();
  std::set<std::string> names;
  for (const sdk::Site& site : info.sites) {
    const std::string name = "the site \"" + site.name + "\"";
    if (site.name.empty()) return broken("a site has no name");
    if (!names.insert(site.name).second) return broken(name + " is declared twice");
    if (site.pathway >= info.pathways.size())
      return broken(name + " is of pathway " + std::to_string(site.pathway) + " of " +
                    std::to_string(info.pathways.size()));
    if (site.temporal_kernel < 1)
      return broken(name + " has a temporal kernel of " + std::to_string(site.temporal_kernel));
    if (site.overlap && *site.overlap < 0) return broken(name + " has an overlap of " + std::to_string(*site.overlap));
  }
  return holds(std::to_string(info.sites.size()) + " sites");
}

Seen pathways_are_declared(const Tried& tried) {
  const auto& pathways = tried.info().pathways;
  if (pathways.empty()) return broken("it declares no pathway");
  for (const sdk::Pathway& pathway : pathways) {
    if (pathway.ratio < 1)
      return broken("the pathway \"" + pathway.name + "\" has the ratio " + std::to_string(pathway.ratio));
  }
  return holds();
}

Seen info_again(const Tried& tried) {
  const sdk::BackboneInfo again = tried.backbone().info();
  const auto names = [](const sdk::BackboneInfo& info) {
    std::string text = std::to_string(static_cast<int>(info.output));
    for (const sdk::Site& site : info.sites) text += ", " + site.name + " " + std::to_string(site.temporal_kernel);
    for (const sdk::Pathway& pathway : info.pathways) text += ", " + pathway.name + " " + std::to_string(pathway.ratio);
    return text;
  };
  const std::string first = names(tried.info()), second = names(again);
  return first == second ? holds() : broken("it was \"" + first + "\", then \"" + second + "\"");
}

/// The guard looks at the shape.
Seen runs(const Tried& tried) {
  for (const bool training : {true, false}) tried.scores_in(training);
  return holds(tried.no_64_bits().empty() ? "" : "in 32 bits only: " + tried.no_64_bits());
}

Seen scores_are_finite(const Tried& tried) {
  for (const bool training : {true, false}) {
    std::vector<at::Tensor> all;
    try {
      all = tried.scores_in(training);
    } catch (const std::exception&) {
      throw check::CannotBeTried{"it does not run: see backbone.runs"};
    }
    for (std::size_t step = 0; step < all.size(); ++step) {
      if (all[step].isfinite().all().item<bool>()) continue;
      return broken("those of step " + std::to_string(step) + " in " + (training ? "training" : "evaluation") +
                    " are not");
    }
  }
  return holds();
}

/// Of steps of equal length, as many in training as in evaluation.
Seen moments_are_as_many_as_the_frames_say(const Tried& tried) {
  if (tried.info().output != sdk::Output::moments) throw check::CannotBeTried{"it scores no moments"};
  tried.need_finite_scores();
  std::vector<std::int64_t> of_steps;
  for (const bool training : {true, false}) {
    const auto scores = tried.scores_in(training);
    for (std::size_t step = 1; step < scores.size(); ++step) of_steps.push_back(scores[step].size(1));
  }
  for (const std::int64_t moments : of_steps) {
    if (moments == of_steps.front()) continue;
    return broken("a step has " + std::to_string(of_steps.front()) + " moments, another of as many frames " +
                  std::to_string(moments));
  }
  return holds();
}

Seen forward_is_head_of_features(const Tried& tried) {
  auto* parts = sdk::extension_of<sdk::FeatureBackbone>(tried.backbone());
  if (parts == nullptr) throw check::CannotBeTried{"it is not made of features and a head"};
  tried.need_finite_scores();
  const torch::NoGradGuard no_gradients;
  const sdk::Fragment& fragment = tried.trial().fragments.front();
  for (const bool training : {true, false}) {
    tried.backbone().train(training);
    nn::SlotCarry whole(tried.info().sites, {}), cut(tried.info().sites, {});
    torch::manual_seed(3);
    const at::Tensor expected = tried.backbone().forward(fragment, whole);
    torch::manual_seed(3);
    const at::Tensor features = parts->features(fragment, cut);
    if (features.dim() != 3 || features.size(0) != fragment.frames.front().size(0)) {
      std::ostringstream text;
      text << "features have the shape " << features.sizes() << ", expected (N, F, C)";
      return broken(text.str());
    }
    if (parts->head(features, {{}, fragment.head_bins}, cut).equal(expected)) continue;
    return broken(std::string("head(features) differs from forward in ") + (training ? "training" : "evaluation"));
  }
  return holds();
}

Seen scores_repeat(const Tried& tried) {
  return broken_if(difference(tried, tried.scores(tried.trial()), tried.scores(tried.trial())));
}

std::vector<at::Tensor> rows_of(const std::vector<at::Tensor>& scores, std::int64_t row) {
  std::vector<at::Tensor> rows;
  for (const at::Tensor& step : scores) rows.push_back(step.narrow(0, row, 1));
  return rows;
}

Seen rows_are_apart(const Tried& tried) {
  const auto both = tried.scores(tried.trial());
  for (const std::int64_t row : {0, 1}) {
    const std::string where = difference(tried, rows_of(both, row), tried.scores(tried.trial().row(row)));
    if (!where.empty()) return broken(where);
  }
  return holds();
}

Seen members_hold_no_state(const Tried& tried) {
  tried.need_finite_scores();
  const walk::TwoVideos videos{tried.trial().row(0).fragments, tried.trial().row(1).fragments};
  walk::check_no_hidden_state(tried.backbone(), tried.plugin(),
                              tried.trial().plan(rule_of(sdk::SiteFilter::temporal), true), videos);
  return holds();
}

/// The first video ends after the first step.
Seen rows_leave(const Tried& tried) {
  tried.need_finite_scores();
  const torch::NoGradGuard no_gradients;
  const Trial second = tried.trial().row(1);
  std::vector<walk::Portion> portions{{{0, 1}, tried.trial().fragments.front()}};
  for (std::size_t i = 1; i < second.fragments.size(); ++i) portions.push_back({{1}, second.fragments[i]});
  walk::GivenFragments supply(std::move(portions));
  const walk::PlanWalk plan = tried.trial().plan(rule_of(sdk::SiteFilter::temporal), true);
  walk::Steps steps(plan, 0, tried.info().sites, supply);
  std::vector<at::Tensor> scores;
  while (const std::optional<walk::Step> step = steps.next()) {
    scores.push_back(tried.backbone().forward(step->fragment, steps.carry()));
  }
  scores.front() = scores.front().narrow(0, 1, 1);
  return broken_if(difference(tried, scores, tried.scores(second)));
}

constexpr BackboneRule score_rules[] = {
    {{"backbone.made", "it is made with its options", "backbone.hpp: BackboneContext",
      "read the exception's text; --option KEY=VALUE gives what it needs"},
     made},
    {{"backbone.runs", "it scores a clip in training and in evaluation, in the right shape",
      "backbone.hpp: Backbone::forward", "(videos, positions, classes); in training one position"},
     runs},
    {{"backbone.sites", "sites have names of their own, a pathway that there is, and a kernel of at least 1",
      "backbone.hpp: Site", "give every site a name, as checkpoints use it"},
     sites_are_declared},
    {{"backbone.pathways", "it declares a pathway, with a ratio of at least 1", "schedule.hpp: Pathway",
      "count the ratio in frames of the slowest pathway"},
     pathways_are_declared},
    {{"backbone.info-again", "info is the same for the life of the object", "backbone.hpp: Backbone::info",
      "declare sites in the constructor"},
     info_again},
    {{"backbone.finite", "its scores are finite", "backbone.hpp: Backbone::forward",
      "look for a division by 0, a logarithm, or weights that are not set"},
     scores_are_finite},
    {{"backbone.moments", "how many moments a step has follows from its frames", "backbone.hpp: Output",
      "score evaluation as training"},
     moments_are_as_many_as_the_frames_say},
    {{"backbone.head-of-features", "its head gives of its features what forward gives", "backbone.hpp: FeatureBackbone",
      "let forward call both"},
     forward_is_head_of_features},
    {{"backbone.scores-again", "the same videos give the same scores again", "backbone.hpp: Backbone::train",
      "draw nothing in evaluation mode"},
     scores_repeat},
    {{"backbone.rows-apart", "a video's scores are the same whatever else is in the batch",
      "docs/write-a-backbone.md: What matters", "average over no batch in evaluation mode"},
     rows_are_apart},
    {{"backbone.no-hidden-state", "two videos in turns give the scores of one after the other",
      "backbone.hpp: Backbone", "keep nothing of a video in a member: give it to the Carry"},
     members_hold_no_state},
    {{"backbone.rows-leave", "a video continues when another one has ended", "docs/write-a-backbone.md: What matters",
      "let the batch be the first dimension of what you carry"},
     rows_leave},
};

}  // namespace

std::span<const BackboneRule> rules_of_scores() { return score_rules; }

}  // namespace pgt::model
