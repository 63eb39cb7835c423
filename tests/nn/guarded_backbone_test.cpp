#include "nn/guarded_backbone.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <pgt/sdk/module_backbone.hpp>

#include "nn/carry.hpp"
#include "nn/parameters.hpp"
#include "nn/running_statistics.hpp"
#include "plugin_error.hpp"

namespace pgt::nn {
namespace {

using testing::HasSubstr;

struct Strings {
  static constexpr std::string_view extension_id = "org.example.strings";
  virtual ~Strings() = default;
  virtual int strings() = 0;
};

struct Hair : Strings {
  static constexpr std::string_view extension_id = "org.example.hair";
};

/// Gives whatever shape it is told to, or throws.
struct Puppet : torch::nn::Module, Strings, sdk::LayeredBackbone, sdk::FeatureBackbone {
  struct Options {
    std::vector<std::int64_t> shape{2, 1, 6};
    std::string type = "float";
    std::string throws;
    bool boxes = false;
    void describe(sdk::Options& o) {
      o("shape", shape);
      o("type", type);
      o("throws", throws);
      o("boxes", boxes);
    }
  };
  Puppet(const Options& chosen, const sdk::BackboneContext&) : options(chosen) {
    if (options.throws == "constructor") throw std::runtime_error("no such depth");
    weight = register_parameter("weight", torch::randn({4}));
  }
  int strings() override { return 8; }
  std::int64_t layers() const override { return 2; }
  std::int64_t layer_of(std::string_view parameter) const override { return parameter == "weight" ? 1 : 7; }
  at::Tensor features(const sdk::Fragment&, sdk::Carry&) override {
    if (options.throws == "features") throw std::runtime_error("no features today");
    return torch::zeros(options.shape);
  }
  at::Tensor head(const at::Tensor&, const sdk::Fragment&, sdk::Carry&) override { return torch::zeros(options.shape); }
  void* extension(std::string_view id) {
    if (options.throws == "layers") return sdk::extension_among<Strings, sdk::LayeredBackbone>(this, id);
    return sdk::extension_among<Strings, sdk::FeatureBackbone>(this, id);
  }
  std::vector<sdk::Site> sites() const { return {}; }
  sdk::Output output() const { return options.boxes ? sdk::Output::boxes : sdk::Output::clip; }
  at::Tensor forward(const sdk::Fragment&, sdk::Carry&) {
    if (options.throws == "torch") return torch::ones({2}) + torch::ones({3});
    if (options.throws == "int") throw 7;
    if (options.type == "none") return {};
    return torch::zeros(options.shape, options.type == "long" ? torch::kLong : torch::kFloat);
  }
  Options options;
  at::Tensor weight;
};

std::unique_ptr<sdk::Backbone> make(const Puppet::Options& options, std::uint64_t seed = 1) {
  sdk::Plugin plugin;
  plugin.add_backbone<sdk::ModuleBackbone<Puppet>>("puppet", "");
  const auto set = plugin.backbones[0].factory->options();
  static_cast<sdk::TypedOptions<Puppet::Options>&>(*set).value = options;
  return make_backbone("org.example", *plugin.backbones[0].factory, *set, {6}, seed);
}

Puppet::Options shape(std::vector<std::int64_t> sizes) {
  Puppet::Options options;
  options.shape = std::move(sizes);
  return options;
}

Puppet::Options type(const std::string& name) {
  Puppet::Options options;
  options.type = name;
  return options;
}

Puppet::Options throwing(const std::string& where) {
  Puppet::Options options;
  options.throws = where;
  return options;
}

std::string error_of_forward(const Puppet::Options& options, bool training = true, const at::Tensor& boxes = {}) {
  const auto backbone = make(options);
  backbone->train(training);
  SlotCarry carry({}, {});
  return error_of([&] { backbone->forward({{torch::zeros({2, 3, 4, 8, 8})}, 1, boxes}, carry); });
}

TEST(GuardedBackbone, LetsGoodScoresThrough) {
  EXPECT_EQ(error_of_forward({}), "no error");
  EXPECT_EQ(error_of_forward(shape({2, 5, 6}), false), "no error");
}

TEST(GuardedBackbone, NamesTheShapeThatIsWrongAndTheOneExpected) {
  EXPECT_THAT(error_of_forward(shape({2, 7})),
              HasSubstr("plugin org.example, Backbone::forward: gave shape [2, 7], expected (N, P, K) = (2, P, 6)"));
  EXPECT_THAT(error_of_forward(shape({1, 1, 6})), HasSubstr("gave shape [1, 1, 6]"));
  EXPECT_THAT(error_of_forward(shape({2, 0, 6}), false), HasSubstr("gave shape [2, 0, 6]"));
  EXPECT_THAT(error_of_forward(shape({2, 3, 6})), HasSubstr("gave 3 positions in training"));
  EXPECT_THAT(error_of_forward(type("long")), HasSubstr("gave scores of type Long, expected floating point"));
  EXPECT_THAT(error_of_forward(type("none")), HasSubstr("gave no tensor"));
}

TEST(GuardedBackbone, ExpectsARowForEachBox) {
  Puppet::Options options = shape({4, 1, 6});
  options.boxes = true;
  EXPECT_EQ(error_of_forward(options, true, torch::zeros({4, 5})), "no error");
  EXPECT_THAT(error_of_forward(options, true, torch::zeros({3, 5})),
              HasSubstr("gave shape [4, 1, 6], expected (R, 1, K) = (3, 1, 6)"));
  EXPECT_THAT(error_of_forward(options), HasSubstr("scores boxes, but is given none"));
  EXPECT_THAT(error_of_forward({}, true, torch::zeros({4, 5})), HasSubstr("scores whole videos, but is given boxes"));
}

TEST(GuardedBackbone, NamesThePluginWhateverItThrows) {
  EXPECT_THAT(error_of([] { make(throwing("constructor")); }),
              HasSubstr("plugin org.example, Backbone's constructor: no such depth"));
  EXPECT_THAT(error_of_forward(throwing("int")), HasSubstr("threw something that is not a std::exception"));
  const std::string text = error_of_forward(throwing("torch"));
  EXPECT_THAT(text, HasSubstr("plugin org.example, Backbone::forward: The size of tensor a (2)"));
  EXPECT_THAT(text, testing::Not(HasSubstr("frame #")));
}

TEST(GuardedBackbone, GuardsAndChecksFeaturesAndHead) {
  SlotCarry carry({}, {});
  const sdk::Fragment fragment{{torch::zeros({2, 3, 4, 8, 8})}, 1, {}};
  const auto error_of_features = [&](const Puppet::Options& options) {
    const auto backbone = make(options);
    return error_of([&] { sdk::extension_of<sdk::FeatureBackbone>(*backbone)->features(fragment, carry); });
  };
  EXPECT_EQ(error_of_features({}), "no error");
  EXPECT_THAT(error_of_features(shape({3, 1, 6})),
              HasSubstr("plugin org.example, FeatureBackbone::features: gave shape [3, 1, 6] of type Float, expected "
                        "(N, F, C) = (2, F, C)"));
  EXPECT_THAT(error_of_features(throwing("features")), HasSubstr("FeatureBackbone::features: no features today"));
  const auto backbone = make(shape({2, 1, 7}));
  EXPECT_THAT(error_of([&] {
                sdk::extension_of<sdk::FeatureBackbone>(*backbone)->head(torch::zeros({2, 8, 3}), fragment, carry);
              }),
              HasSubstr("FeatureBackbone::head: gave shape [2, 1, 7], expected (N, P, K) = (2, P, 6)"));
}

/// One batch normalisation over what it is given.
struct OneNorm : torch::nn::Module {
  struct Options {
    void describe(sdk::Options&) {}
  };
  OneNorm(const Options&, const sdk::BackboneContext&) {
    const auto stem = register_module("stem", std::make_shared<torch::nn::Module>());
    mean = stem->register_buffer("running_mean", torch::zeros({3}));
    variance = stem->register_buffer("running_var", torch::ones({3}));
  }
  std::vector<sdk::Site> sites() const { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) {
    return torch::batch_norm(fragment.frames.at(0), {}, {}, mean, variance, is_training(), 0.1, 1e-5, false)
        .mean({2, 3, 4})
        .unsqueeze(1);
  }
  at::Tensor mean, variance;
};

TEST(GuardedBackbone, NamesALayerThatHasNothingToNormaliseBy) {
  sdk::Plugin plugin;
  plugin.add_backbone<sdk::ModuleBackbone<OneNorm>>("one_norm", "");
  const sdk::BackboneFactory& factory = *plugin.backbones[0].factory;
  const auto forward = [&](bool training, std::int64_t rows, float variance = 1) {
    const auto backbone = make_backbone("org.example", factory, *factory.options(), {3}, 1);
    RunningStatistics(*backbone).put({{"stem.running_var", torch::full({3}, variance)}});
    backbone->train(training);
    SlotCarry carry({}, {});
    backbone->forward({{torch::randn({rows, 3, 1, 1, 1})}, 1, {}}, carry);
  };
  EXPECT_EQ(error_of([&] { forward(true, 2); }), "no error");
  EXPECT_EQ(error_of([&] { forward(false, 1); }), "no error");
  EXPECT_EQ(error_of([&] { forward(true, 2, std::nanf("")); }), "no error") << "not the batch's doing";
  try {
    forward(true, 1);
    FAIL() << "a variance of one value was learnt";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), HasSubstr("stem normalises by the batch"));
    EXPECT_THAT(error.what(), HasSubstr("train.batch_size"));
  }
}

/// The same in its head.
struct NormInHead : OneNorm, sdk::FeatureBackbone {
  using OneNorm::OneNorm;
  void* extension(std::string_view id) { return sdk::extension_among<sdk::FeatureBackbone>(this, id); }
  at::Tensor features(const sdk::Fragment& fragment, sdk::Carry&) override {
    return fragment.frames.at(0).mean({3, 4}).transpose(1, 2);
  }
  at::Tensor head(const at::Tensor& features, const sdk::Fragment& fragment, sdk::Carry& carry) override {
    sdk::Fragment pooled = fragment;
    pooled.frames = {features.mean(1).view({-1, 3, 1, 1, 1})};
    return forward(pooled, carry);
  }
};

TEST(GuardedBackbone, NamesALayerOfTheHeadThatHasNothingToNormaliseBy) {
  sdk::Plugin plugin;
  plugin.add_backbone<sdk::ModuleBackbone<NormInHead>>("norm_in_head", "");
  const sdk::BackboneFactory& factory = *plugin.backbones[0].factory;
  const auto backbone = make_backbone("org.example", factory, *factory.options(), {3}, 1);
  backbone->train(true);
  auto& parts = *sdk::extension_of<sdk::FeatureBackbone>(*backbone);
  SlotCarry carry({}, {});
  const sdk::Fragment fragment{{torch::randn({2, 3, 4, 1, 1})}, 1, {}};
  const at::Tensor features = parts.features(fragment, carry);
  EXPECT_EQ(error_of([&] { parts.head(features, fragment, carry); }), "no error");
  try {  // a row of another length than the rest of the batch
    parts.head(features.narrow(0, 0, 1), fragment, carry);
    FAIL() << "a variance of one value was learnt";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), HasSubstr("stem normalises by the batch"));
  }
}

TEST(GuardedBackbone, DrawsInitialWeightsFromTheSeedAlone) {
  const auto weights = [](std::uint64_t seed) { return state(*make({}, seed)).at("weight"); };
  torch::manual_seed(5);
  const at::Tensor first = weights(1);
  torch::manual_seed(6);
  EXPECT_TRUE(weights(1).equal(first));
  EXPECT_FALSE(weights(2).equal(first));
}

TEST(Parameters, AreMovedAndLoadedByName) {
  const auto backbone = make({});
  move(*backbone, torch::kCPU, torch::kDouble);
  EXPECT_EQ(parameters(*backbone).at(0).tensor.scalar_type(), torch::kDouble);
  load_state(*backbone, {{"weight", torch::arange(4, torch::kFloat)}});
  EXPECT_TRUE(state(*backbone).at("weight").equal(torch::arange(4, torch::kDouble)));
}

TEST(Parameters, ThatModulesShareAreTrainedOnce) {
  struct Tied : torch::nn::Module {
    struct Options {
      void describe(sdk::Options&) {}
    };
    Tied(const Options&, const sdk::BackboneContext&) {
      const at::Tensor weight = register_parameter("one", torch::ones({2}));
      register_parameter("other", weight);
    }
    std::vector<sdk::Site> sites() const { return {}; }
    at::Tensor forward(const sdk::Fragment&, sdk::Carry&) { return {}; }
  };
  sdk::ModuleBackbone<Tied> backbone({}, {});
  ASSERT_EQ(parameters(backbone).size(), 1U);
  EXPECT_EQ(parameters(backbone)[0].name, "one");
  EXPECT_EQ(trained_values(backbone), 2);
}

TEST(Parameters, StateIsACopy) {
  const auto backbone = make({});
  const at::Tensor before = state(*backbone).at("weight");
  parameters(*backbone).at(0).tensor.detach().zero_();
  EXPECT_FALSE(before.equal(state(*backbone).at("weight")));
}

TEST(Parameters, AllProblemsOfForeignWeightsAreListed) {
  const auto backbone = make({});
  EXPECT_THAT(
      error_of([&] {
        load_state(*backbone, {{"weight", torch::zeros({3})}, {"extra", torch::zeros({1})}});
      }),
      testing::AllOf(HasSubstr("weight has shape [3], the backbone needs [4]"), HasSubstr("unexpected: extra [1]")));
  EXPECT_THAT(error_of([&] { load_state(*backbone, {}); }), HasSubstr("missing: weight [4]"));
}

TEST(GuardedBackbone, ChecksTheLayersThatABackboneNames) {
  const auto backbone = make(throwing("layers"));
  auto* layers = sdk::extension_of<sdk::LayeredBackbone>(*backbone);
  ASSERT_NE(layers, nullptr);
  EXPECT_EQ(layers->layer_of("weight"), 1);
  EXPECT_THAT(
      error_of([&] { layers->layer_of("none"); }),
      HasSubstr("plugin org.example, LayeredBackbone::layer_of: gave layer 7 for none, but the layers are 0 to 1"));
  EXPECT_EQ(sdk::extension_of<sdk::LayeredBackbone>(*make({})), nullptr);
}

TEST(GuardedBackbone, PassesExtensionsOfAModuleOn) {
  const auto backbone = make({});
  ASSERT_NE(sdk::extension_of<Strings>(*backbone), nullptr);
  EXPECT_EQ(sdk::extension_of<Strings>(*backbone)->strings(), 8);
  EXPECT_EQ(sdk::extension_of<Hair>(*backbone), nullptr);
}

}  // namespace
}  // namespace pgt::nn
