// What the model tool asks of networks that score moments, and of those made of features and a head.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <pgt/sdk/module_backbone.hpp>

#include <functional>

#include "conformance.hpp"
#include "nn/guarded_backbone.hpp"

namespace pgt::model {
namespace {

using testing::HasSubstr;

enum class Part { sound, training_differs, forward_differs, two_dimensions };

/// A linear layer over the means of the frames.
struct FrameNet : torch::nn::Module, sdk::FeatureBackbone {
  struct Options {
    Part part = Part::sound;
    void describe(sdk::Options&) {}
  };
  FrameNet(const Options& options, const sdk::BackboneContext& context) : part(options.part) {
    fc = register_module("fc", torch::nn::Linear(3, context.classes));
  }
  std::vector<sdk::Site> sites() const { return {{"fc", 0, sdk::SiteKind::block, 1}}; }
  sdk::Output output() const { return sdk::Output::moments; }
  void* extension(std::string_view id) { return sdk::extension_among<sdk::FeatureBackbone>(this, id); }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    const at::Tensor scores = head(features(fragment, carry), fragment, carry);
    if (part == Part::training_differs && is_training()) return scores.slice(1, 0, 1);
    return part == Part::forward_differs ? scores + 1e-6 : scores;
  }
  at::Tensor features(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    const at::Tensor means = carry.leave(0, carry.enter(0, fragment.frames[0])).mean({3, 4}).transpose(1, 2);
    return part == Part::two_dimensions ? means.flatten(1) : means;
  }
  at::Tensor head(const at::Tensor& features, const sdk::Fragment&, sdk::Carry&) override {
    return fc(part == Part::two_dimensions ? features.view({features.size(0), -1, 3}) : features);
  }
  Part part;
  torch::nn::Linear fc{nullptr};
};

using Report = std::function<void(const check::RuleText&, const check::Seen&)>;

void check_part(Part part, const Report& report) {
  sdk::Plugin plugin;
  plugin.add_backbone<sdk::ModuleBackbone<FrameNet>>("net", "");
  const auto options = plugin.backbones[0].factory->options();
  static_cast<sdk::TypedOptions<FrameNet::Options>&>(*options).value.part = part;
  ClipShape clip;
  clip.frames = 4;
  clip.steps = 3;
  clip.size = 6;
  const Tried tried(
      [&](std::uint64_t seed) {
        return nn::make_backbone("org.example", *plugin.backbones[0].factory, *options, {5}, seed);
      },
      "org.example", clip);
  check_conformance(tried, {}, report);
}

/// The rules that are broken, and how, a line each.
std::string broken(Part part) {
  std::string text;
  check_part(part, [&](const check::RuleText& rule, const check::Seen& seen) {
    if (seen.outcome == check::Outcome::broken) text += std::string(rule.name) + ": " + seen.text + "\n";
  });
  return text;
}

TEST(MomentsConformance, OfFramesByThemselvesHolds) {
  EXPECT_EQ(broken(Part::sound), "");
  check_part(Part::sound, [](const check::RuleText& rule, const check::Seen& seen) {
    EXPECT_EQ(seen.outcome == check::Outcome::untried,
              rule.name == std::string("backbone.carry-used") || rule.name == std::string("backbone.computed-again"))
        << rule.name;
  });
}

TEST(MomentsConformance, FindsMomentsThatTrainingHasNot) {
  EXPECT_THAT(broken(Part::training_differs),
              HasSubstr("backbone.moments: a step has 1 moments, another of as many frames 3"));
}

TEST(MomentsConformance, FindsAForwardThatIsNotItsParts) {
  EXPECT_EQ(broken(Part::forward_differs),
            "backbone.head-of-features: head(features) differs from forward in training\n");
  EXPECT_THAT(broken(Part::two_dimensions), HasSubstr("expected (N, F, C) = (2, F, C)"));
}

}  // namespace
}  // namespace pgt::model
