#include "conformance.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <pgt/sdk/module_backbone.hpp>

#include "nn/guarded_backbone.hpp"

namespace pgt::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Fault {
  none,
  no_sites,
  member,
  batch,
  kernel,
  unused_site,
  unused_carry,
  never_leaves,
  time_shrinks,
  gradient,
  detaches,
  grows,
  only_32_bits,
  throws_later
};

/// One convolution over time and a head, with one fault.
struct Net : torch::nn::Module {
  struct Options {
    Fault fault = Fault::none;
    void describe(sdk::Options&) {}
  };
  Net(const Options& options, const sdk::BackboneContext& context) : fault(options.fault) {
    using Conv = torch::nn::Conv3dOptions;
    mix = register_module(
        "mix", torch::nn::Conv3d(Conv(3, 4, {3, 1, 1}).padding({fault == Fault::time_shrinks ? 0 : 1, 0, 0})));
    fc = register_module("fc", torch::nn::Linear(4, context.classes));
  }
  std::vector<sdk::Site> sites() const {
    if (fault == Fault::no_sites) return {};
    std::vector<sdk::Site> sites{{"mix", 0, sdk::SiteKind::block, fault == Fault::kernel ? 1 : 3},
                                 {"head", 0, sdk::SiteKind::head, 1}};
    if (fault == Fault::detaches || fault == Fault::grows) sites.push_back({"memory", 0, sdk::SiteKind::block, 3});
    if (fault == Fault::unused_site) sites.push_back({"more", 0, sdk::SiteKind::block, 3});
    return sites;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    at::Tensor x = fragment.frames[0];
    if (fault == Fault::throws_later && ++forwards > 20) throw std::runtime_error("the table has ended");
    if (fault == Fault::only_32_bits) x = x.to(torch::kFloat);
    if (fault == Fault::batch) x = x - x.mean(0, true);
    if (fault == Fault::no_sites) {
      x = mix(x);
    } else if (fault == Fault::unused_carry) {
      carry.enter(0, x);
      x = mix(x);
    } else if (fault == Fault::never_leaves) {
      x = mix(carry.enter(0, x));
    } else {
      x = carry.leave(0, mix(carry.enter(0, x)));
    }
    x = torch::tanh(x);
    if (fault != Fault::no_sites && fault != Fault::unused_carry) x = carry.enter(1, x);
    if (fault == Fault::unused_carry) carry.enter(1, x);
    if (fault == Fault::gradient) x = 0.5 * x + 0.5 * x.detach();
    at::Tensor mean = x.mean({2, 3, 4});
    if (fault == Fault::detaches) {
      const at::Tensor before = carry.exchange(2, mean.detach());
      if (before.defined()) mean = mean + before;
    }
    if (fault == Fault::grows) {
      const at::Tensor before = carry.recall(2);
      const at::Tensor all = before.defined() ? torch::cat({before, mean.unsqueeze(1)}, 1) : mean.unsqueeze(1);
      carry.exchange(2, all);
      mean = all.mean(1);
    }
    if (fault == Fault::member) {
      mean = seen.defined() && seen.sizes() == mean.sizes() ? mean + seen : mean;
      seen = mean.detach();
    }
    return fc(mean).unsqueeze(1);
  }
  Fault fault;
  torch::nn::Conv3d mix{nullptr};
  torch::nn::Linear fc{nullptr};
  at::Tensor seen;
  int forwards = 0;
};

ClipShape small_clip() {
  ClipShape clip;
  clip.frames = 4;
  clip.steps = 3;
  clip.size = 6;
  return clip;
}

struct Finding {
  std::string rule;
  check::Seen seen;
};

std::vector<Finding> findings_of(Fault fault) {
  sdk::Plugin plugin;
  plugin.add_backbone<sdk::ModuleBackbone<Net>>("net", "");
  const auto options = plugin.backbones[0].factory->options();
  static_cast<sdk::TypedOptions<Net::Options>&>(*options).value.fault = fault;
  const Tried tried(
      [&](std::uint64_t seed) {
        return nn::make_backbone("org.example", *plugin.backbones[0].factory, *options, {5}, seed);
      },
      "org.example", small_clip());
  std::vector<Finding> findings;
  check_conformance(tried, {}, [&](const check::RuleText& rule, const check::Seen& seen) {
    findings.push_back({rule.name, seen});
  });
  return findings;
}

std::vector<std::string> with(check::Outcome outcome, const std::vector<Finding>& findings) {
  std::vector<std::string> rules;
  for (const Finding& finding : findings) {
    if (finding.seen.outcome == outcome) rules.push_back(finding.rule);
  }
  return rules;
}

std::vector<std::string> broken(Fault fault) { return with(check::Outcome::broken, findings_of(fault)); }

std::string text_of_broken(Fault fault) {
  for (const Finding& finding : findings_of(fault)) {
    if (finding.seen.outcome == check::Outcome::broken) return finding.seen.text;
  }
  return "";
}

TEST(Conformance, OfASoundBackboneHolds) {
  const auto findings = findings_of(Fault::none);
  EXPECT_THAT(with(check::Outcome::broken, findings), IsEmpty());
  EXPECT_THAT(with(check::Outcome::untried, findings),
              ElementsAre("backbone.moments", "backbone.head-of-features", "backbone.computed-again"));
}

TEST(Conformance, FindsStateInAMember) {
  EXPECT_THAT(broken(Fault::member), testing::Contains("backbone.no-hidden-state"));
}

TEST(Conformance, FindsVideosThatDependOnTheBatch) {
  EXPECT_THAT(broken(Fault::batch), ElementsAre("backbone.rows-apart", "backbone.rows-leave"));
}

TEST(Conformance, FindsATemporalKernelThatIsNotTold) {
  EXPECT_THAT(broken(Fault::kernel), ElementsAre("backbone.true-kernels"));
}

TEST(Conformance, FindsASiteThatIsNotUsed) {
  EXPECT_EQ(text_of_broken(Fault::unused_site), "the site more is declared, but nothing is carried there");
}

TEST(Conformance, FindsACarryThatNothingDependsOn) {
  EXPECT_THAT(broken(Fault::unused_carry), ElementsAre("backbone.leaves", "backbone.carry-used"));
}

TEST(Conformance, FindsWhatIsNeverLeft) {
  EXPECT_THAT(broken(Fault::never_leaves), testing::Contains("backbone.leaves"));
}

TEST(Conformance, FindsTimeThatShrinks) {
  EXPECT_THAT(broken(Fault::time_shrinks), testing::Contains("backbone.time-kept"));
}

TEST(Conformance, FindsACarryThatGrows) {
  EXPECT_THAT(broken(Fault::grows), ElementsAre("backbone.carry-bounded"));
  EXPECT_THAT(text_of_broken(Fault::grows), HasSubstr("after step 40, and was"));
}

TEST(Conformance, FindsGradientsThatAreNotThoseOfTheLoss) {
  EXPECT_THAT(broken(Fault::gradient), ElementsAre("backbone.gradients", "backbone.gradients-through-carry"));
  EXPECT_THAT(text_of_broken(Fault::gradient), HasSubstr("of mix.weight (value "));
}

TEST(Conformance, SaysThatABackboneDetachesByItself) {
  EXPECT_THAT(broken(Fault::detaches), ElementsAre("backbone.gradients-through-carry"));
  EXPECT_THAT(text_of_broken(Fault::detaches), HasSubstr("the backbone itself cuts what it carries off"));
  EXPECT_THAT(text_of_broken(Fault::gradient), testing::Not(HasSubstr("the backbone itself")));
}

/// Whichever rule meets it: the others say that they could not be tried.
TEST(Conformance, TellsAnExceptionOnce) {
  const auto findings = findings_of(Fault::throws_later);
  const auto broken = with(check::Outcome::broken, findings);
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_THAT(text_of_broken(Fault::throws_later), HasSubstr("an exception: plugin org.example, Backbone::forward: the "
                                                             "table has ended (docs/debug-a-plugin.md"));
  const auto untried = std::ranges::count_if(findings, [&](const Finding& finding) {
    return finding.seen.text == "the same exception: see " + broken.front();
  });
  EXPECT_GT(untried, 3);
}

TEST(Conformance, SaysWhatItCouldNotTry) {
  const auto without_carry = findings_of(Fault::no_sites);
  EXPECT_THAT(with(check::Outcome::broken, without_carry), IsEmpty());
  EXPECT_THAT(with(check::Outcome::untried, without_carry), testing::Contains("backbone.carry-used"));
  const auto in_32_bits = findings_of(Fault::only_32_bits);
  EXPECT_THAT(with(check::Outcome::broken, in_32_bits), IsEmpty());
  EXPECT_THAT(with(check::Outcome::untried, in_32_bits),
              testing::IsSupersetOf({"backbone.gradients", "backbone.gradients-through-carry"}));
}

}  // namespace
}  // namespace pgt::model
