#include "conformance.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "base/error.hpp"
#include "clip_plan.hpp"
#include "gradients.hpp"
#include "nn/carry.hpp"
#include "nn/parameters.hpp"
#include "trial.hpp"
#include "walk/hidden_state.hpp"
#include "walk/steps.hpp"

namespace pgt::model {
namespace {

constexpr std::size_t most_gradients = 30;

struct Tried {
  sdk::Backbone& backbone;
  const std::string& plugin;
  sdk::BackboneInfo info;
  ClipShape clip;
  Trial trial;  ///< of two videos
  bool exact;   ///< 64 bits

  double tolerance() const { return exact ? 1e-8 : 1e-4; }
};

sdk::CarryRule rule_of(sdk::SiteFilter sites) {
  sdk::CarryRule rule;
  rule.reduce = sdk::Reduce::max;
  rule.momentum = 0.25;
  rule.sites = sites;
  return rule;
}

std::vector<at::Tensor> scores_of(const Tried& tried, const Trial& trial,
                                  sdk::SiteFilter sites = sdk::SiteFilter::temporal) {
  const torch::NoGradGuard no_gradients;
  return trial.scores(tried.backbone, rule_of(sites), true);
}

/// Whether anything crosses to the next step when a schedule carries what sites across time need.
bool looks_back(const sdk::BackboneInfo& info) {
  return std::ranges::any_of(info.sites, [](const sdk::Site& site) {
    return site.temporal_kernel > 1 || site.overlap || site.kind == sdk::SiteKind::head;
  });
}

/// Throws where the scores of a step differ.
void expect_same(const Tried& tried, const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  for (std::size_t step = 0; step < a.size(); ++step) {
    const double most = (a[step] - b[step]).abs().max().item<double>();
    const double scale = 1 + b[step].abs().max().item<double>();
    if (most <= tried.tolerance() * scale) continue;
    std::ostringstream text;
    text << "the scores of step " << step << " differ by " << most;
    throw std::runtime_error(text.str());
  }
}

std::vector<at::Tensor> rows_of(const std::vector<at::Tensor>& scores, std::int64_t row) {
  std::vector<at::Tensor> rows;
  for (const at::Tensor& step : scores) rows.push_back(step.narrow(0, row, 1));
  return rows;
}

void tensors_keep_their_order(const Tried& tried) {
  const auto once = nn::parameters(tried.backbone), twice = nn::parameters(tried.backbone);
  if (nn::trained_values(tried.backbone) == 0) throw std::runtime_error("nothing of it is trained");
  for (std::size_t i = 0; i < std::max(once.size(), twice.size()); ++i) {
    if (once.size() != twice.size() || once[i].name != twice[i].name) {
      throw std::runtime_error("visit_parameters gives another list the second time");
    }
    if (!once[i].tensor.is_same(twice[i].tensor)) {
      throw std::runtime_error(once[i].name + " is another tensor the second time: visit the backbone's own");
    }
  }
}

void scores_are_finite(const Tried& tried) {
  for (const bool training : {true, false}) {
    tried.backbone.train(training);
    for (const at::Tensor& scores : scores_of(tried, tried.trial)) {
      if (!scores.isfinite().all().item<bool>()) {
        throw std::runtime_error(std::string("not in ") + (training ? "training" : "evaluation"));
      }
    }
  }
}

/// Of steps of equal length, as many in training as in evaluation.
void moments_are_as_many_as_the_frames_say(const Tried& tried) {
  std::vector<std::int64_t> of_steps;
  for (const bool training : {true, false}) {
    tried.backbone.train(training);
    const auto scores = scores_of(tried, tried.trial);
    for (std::size_t step = 1; step < scores.size(); ++step) of_steps.push_back(scores[step].size(1));
  }
  for (const std::int64_t moments : of_steps) {
    if (moments == of_steps.front()) continue;
    throw std::runtime_error("a step has " + std::to_string(of_steps.front()) + " moments, another of as many frames " +
                             std::to_string(moments));
  }
}

void forward_is_head_of_features(const Tried& tried) {
  const torch::NoGradGuard no_gradients;
  auto& parts = *sdk::extension_of<sdk::FeatureBackbone>(tried.backbone);
  const sdk::Fragment& fragment = tried.trial.fragments.front();
  for (const bool training : {true, false}) {
    tried.backbone.train(training);
    nn::SlotCarry whole(tried.info.sites, {}), cut(tried.info.sites, {});
    torch::manual_seed(3);
    const at::Tensor expected = tried.backbone.forward(fragment, whole);
    torch::manual_seed(3);
    const at::Tensor features = parts.features(fragment, cut);
    if (features.dim() != 3 || features.size(0) != fragment.frames.front().size(0)) {
      std::ostringstream text;
      text << "features have the shape " << features.sizes() << ", expected (N, F, C)";
      throw std::runtime_error(text.str());
    }
    if (parts.head(features, {{}, fragment.head_bins}, cut).equal(expected)) continue;
    throw std::runtime_error(std::string("head(features) differs from forward in ") +
                             (training ? "training" : "evaluation"));
  }
}

void scores_repeat(const Tried& tried) {
  expect_same(tried, scores_of(tried, tried.trial), scores_of(tried, tried.trial));
}

void rows_are_apart(const Tried& tried) {
  const auto both = scores_of(tried, tried.trial);
  for (const std::int64_t row : {0, 1}) expect_same(tried, rows_of(both, row), scores_of(tried, tried.trial.row(row)));
}

void members_hold_no_state(const Tried& tried) {
  const walk::TwoVideos videos{tried.trial.row(0).fragments, tried.trial.row(1).fragments};
  walk::check_no_hidden_state(tried.backbone, tried.plugin, tried.trial.plan(rule_of(sdk::SiteFilter::temporal), true),
                              videos);
}

/// The first video ends after the first step.
void rows_leave(const Tried& tried) {
  const torch::NoGradGuard no_gradients;
  const Trial second = tried.trial.row(1);
  std::vector<walk::Portion> portions{{{0, 1}, tried.trial.fragments.front()}};
  for (std::size_t i = 1; i < second.fragments.size(); ++i) portions.push_back({{1}, second.fragments[i]});
  walk::GivenFragments supply(std::move(portions));
  const walk::PlanWalk plan = tried.trial.plan(rule_of(sdk::SiteFilter::temporal), true);
  walk::Steps steps(plan, 0, tried.info.sites, supply);
  std::vector<at::Tensor> scores;
  while (const std::optional<walk::Step> step = steps.next()) {
    scores.push_back(tried.backbone.forward(step->fragment, steps.carry()));
  }
  scores.front() = scores.front().narrow(0, 1, 1);
  expect_same(tried, scores, scores_of(tried, second));
}

void every_site_carries(const Tried& tried) {
  const auto carried = tried.trial.carried(tried.backbone, rule_of(sdk::SiteFilter::all)).front();
  for (const sdk::Site& site : tried.info.sites) {
    if (!carried.contains(site.name)) {
      throw std::runtime_error("the site " + site.name + " is declared, but nothing is carried there");
    }
  }
}

void carry_is_used(const Tried& tried) {
  Trial other = tried.trial;
  for (at::Tensor& frames : other.fragments.front().frames) frames = frames.flip({2}) + 1;
  if (scores_of(tried, other)[1].allclose(scores_of(tried, tried.trial)[1], 1e-9, 1e-9)) {
    throw std::runtime_error("the second step gives the same scores whatever the first one saw");
  }
}

/// A backbone may keep something of several steps, so that it takes some until all of it is there.
void carry_stays_small(const Tried& tried) {
  constexpr std::int64_t settled = 32, last = 40;
  const torch::NoGradGuard no_gradients;
  std::vector<sdk::Fragment> fragments(last + 1, tried.trial.fragments[1]);
  fragments.front() = tried.trial.fragments.front();
  walk::GivenFragments supply(fragments);
  const walk::PlanWalk plan = endless_plan_of(tried.info.pathways, tried.clip, rule_of(sdk::SiteFilter::temporal));
  walk::Steps steps(plan, endless, tried.info.sites, supply);
  std::int64_t before = 0;
  while (const std::optional<walk::Step> step = steps.next()) {
    tried.backbone.forward(step->fragment, steps.carry());
    if (step->index == settled) before = steps.carry().bytes();
  }
  const std::int64_t after = steps.carry().bytes();
  if (after <= before) return;
  throw std::runtime_error("it is " + std::to_string(after) + " bytes after step " + std::to_string(last) +
                           ", and was " + std::to_string(before) + " after step " + std::to_string(settled) +
                           ": a video may have any number of steps");
}

void kernels_are_true(const Tried& tried) {
  expect_same(tried, scores_of(tried, tried.trial, sdk::SiteFilter::temporal),
              scores_of(tried, tried.trial, sdk::SiteFilter::all));
}

std::vector<GradientDifference> wrong_gradients_of(const Tried& tried, bool detach) {
  const sdk::CarryRule rule = rule_of(sdk::SiteFilter::temporal);
  const CarriedIn carried = tried.trial.carried(tried.backbone, rule);
  const auto loss = [&](const CarriedIn* fixed) {
    at::Tensor sum;
    for (const at::Tensor& scores : tried.trial.scores(tried.backbone, rule, detach, fixed)) {
      const at::Tensor weights = torch::arange(1, scores.numel() + 1, torch::kDouble).cos().view(scores.sizes());
      sum = sum.defined() ? sum + (scores * weights).sum() : (scores * weights).sum();
    }
    return sum;
  };
  return wrong_gradients(
      nn::parameters(tried.backbone), [&] { return loss(nullptr); }, [&] { return loss(detach ? &carried : nullptr); },
      most_gradients);
}

void gradients_are_right(const Tried& tried, bool detach) {
  const auto wrong = wrong_gradients_of(tried, detach);
  if (wrong.empty()) return;
  std::ostringstream text;
  text << "of " << wrong.front().parameter << " (value " << wrong.front().place << ") it is " << wrong.front().gradient
       << ", but " << wrong.front().difference << " by finite differences";
  if (wrong.size() > 1) text << "; " << wrong.size() - 1 << " more are wrong";
  if (!detach && wrong_gradients_of(tried, true).empty()) {
    text << ". Detached at each step they are right: the backbone itself cuts what it carries off from the gradient "
            "(detach(), or no gradients, before enter or exchange), so detach = false of a schedule does not reach "
            "earlier steps through it";
  }
  throw std::runtime_error(text.str());
}

/// Away from where training starts: a branch that starts as nothing, on the edge of a ReLU, hides what it does and has
/// no gradient.
void leave_the_start(sdk::Backbone& backbone) {
  const torch::NoGradGuard no_gradients;
  torch::manual_seed(2);
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    if (parameter.trained()) parameter.tensor.add_(torch::randn_like(parameter.tensor), 0.02);
  }
}

/// Why the backbone does not run in 64 bits; empty: it does.
std::string move_to_64_bits(sdk::Backbone& backbone, const ClipShape& clip) {
  nn::move(backbone, c10::Device(c10::kCPU), at::kDouble);
  try {
    const torch::NoGradGuard no_gradients;
    Trial(backbone.info(), clip, 1, at::kDouble).scores(backbone, {}, true);
    return "";
  } catch (const std::exception& error) {
    nn::move(backbone, c10::Device(c10::kCPU), at::kFloat);
    return error.what();
  }
}

}  // namespace

void check_conformance(sdk::Backbone& backbone, const std::string& plugin, const ClipShape& clip,
                       const std::function<void(const Finding&)>& report) {
  backbone.train(false);
  leave_the_start(backbone);
  const std::string no_64_bits = move_to_64_bits(backbone, clip);
  const bool exact = no_64_bits.empty();
  const sdk::BackboneInfo info = backbone.info();
  const Tried tried{backbone, plugin, info, clip, Trial(info, clip, 2, exact ? at::kDouble : at::kFloat), exact};

  const auto rule = [&](const std::string& text, const std::function<void(const Tried&)>& check) {
    Finding finding{text};
    try {
      backbone.train(false);
      check(tried);
    } catch (const std::exception& error) {
      finding.outcome = Finding::Outcome::broken;
      finding.text = error.what();
    }
    report(finding);
  };
  const auto untried = [&](const std::string& text, const std::string& why) {
    report({text, Finding::Outcome::untried, why});
  };
  rule("its tensors keep their names and order", tensors_keep_their_order);
  rule("its scores have the right shape and are finite", scores_are_finite);
  if (info.output == sdk::Output::moments) {
    rule("how many moments a step has follows from its frames", moments_are_as_many_as_the_frames_say);
  }
  if (sdk::extension_of<sdk::FeatureBackbone>(backbone)) {
    rule("its head gives of its features what forward gives", forward_is_head_of_features);
  }
  rule("the same videos give the same scores again", scores_repeat);
  rule("a video's scores are the same whatever else is in the batch", rows_are_apart);
  rule("two videos in turns give the scores of one after the other", members_hold_no_state);
  rule("a video continues when another one has ended", rows_leave);
  if (info.sites.empty()) {
    untried("what a step leaves reaches the next", "the backbone declares no sites: it carries nothing");
  } else {
    rule("every site that it declares carries", every_site_carries);
    if (looks_back(info)) {
      rule("what a step leaves reaches the next", carry_is_used);
    } else {
      untried("what a step leaves reaches the next", "none of its sites looks across time");
    }
    rule("what it carries does not grow with the video", carry_stays_small);
    rule("sites that look across no time need not carry", kernels_are_true);
  }
  for (const bool detach : {true, false}) {
    const std::string text = std::string("gradients are those of finite differences, ") +
                             (detach ? "detached at each step" : "through the carry");
    if (exact) {
      rule(text, [detach](const Tried& all) { gradients_are_right(all, detach); });
    } else {
      untried(text, "it does not run in 64 bits: " + no_64_bits);
    }
  }
}

}  // namespace pgt::model
