#include "nn/freezing.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <pgt/sdk/module_backbone.hpp>

#include "base/error.hpp"
#include "nn/carry.hpp"

namespace pgt::nn {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Two stages, each a linear layer and a batch normalisation, and a head.
struct Stages : torch::nn::Module {
  struct Options {
    void describe(sdk::Options&) {}
  };
  struct Stage : torch::nn::Module {
    Stage() {
      linear = register_module("linear", torch::nn::Linear(3, 3));
      norm = register_module("norm", torch::nn::BatchNorm1d(3));
    }
    at::Tensor forward(const at::Tensor& x) { return norm->forward(linear->forward(x)); }
    torch::nn::Linear linear{nullptr};
    torch::nn::BatchNorm1d norm{nullptr};
  };
  Stages(const Options&, const sdk::BackboneContext&)
      : s1(register_module("s1", std::make_shared<Stage>())),
        s1_more(register_module("s1_more", std::make_shared<Stage>())),
        head(register_module("head", torch::nn::Linear(3, 2))) {}
  std::vector<sdk::Site> sites() const { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) {
    return head(s1_more->forward(s1->forward(fragment.frames[0].mean({2, 3, 4})))).unsqueeze(1);
  }
  std::shared_ptr<Stage> s1, s1_more;
  torch::nn::Linear head;
};

/// The same behind an interface that cannot freeze.
struct Rigid final : sdk::Backbone {
  sdk::BackboneInfo info() const override { return inner.info(); }
  at::Tensor forward(const sdk::Fragment& f, sdk::Carry& c) override { return inner.forward(f, c); }
  void visit_parameters(sdk::ParameterVisitor& visitor) override { inner.visit_parameters(visitor); }
  void train(bool on) override { inner.train(on); }
  sdk::ModuleBackbone<Stages> inner{{}, {2}};
};

std::vector<std::string> names(const std::vector<Parameter>& parameters) {
  std::vector<std::string> all;
  for (const Parameter& parameter : parameters) all.push_back(parameter.name);
  return all;
}

class Freezing : public testing::Test {
 protected:
  Frozen find(const std::vector<std::string>& patterns) { return find_frozen(parameters(backbone_), patterns); }
  void train_once() {
    backbone_.train(true);
    SlotCarry carry({}, {});
    torch::manual_seed(1);
    backbone_.forward({{torch::randn({4, 3, 2, 2, 2})}, 1, {}}, carry).sum().backward();
  }
  sdk::ModuleBackbone<Stages> backbone_{{}, {2}};
};

TEST_F(Freezing, TakesAModuleForAllBelowIt) {
  const Frozen frozen = find({"s1"});
  EXPECT_THAT(names(frozen.parameters),
              ElementsAre("s1.linear.weight", "s1.linear.bias", "s1.norm.weight", "s1.norm.bias"));
  EXPECT_EQ(frozen.values, 9 + 3 + 3 + 3);
  EXPECT_THAT(frozen.modules, ElementsAre("s1"));
  EXPECT_THAT(names(frozen.statistics), ElementsAre("s1.norm.running_mean", "s1.norm.running_var"));
  EXPECT_THAT(frozen.unmatched, IsEmpty());
}

TEST_F(Freezing, TakesPatternsOfNames) {
  EXPECT_THAT(find({"s1*"}).modules, ElementsAre("s1", "s1_more"));
  EXPECT_THAT(find({"s?.norm", "s1_more.*.bias"}).modules, ElementsAre("s1.norm"));
  EXPECT_THAT(names(find({"*.linear.bias"}).parameters), ElementsAre("s1.linear.bias", "s1_more.linear.bias"));
  EXPECT_THAT(find({"*.linear.bias"}).modules, IsEmpty()) << "the weight is trained";
  EXPECT_THAT(find({"head.weight", "head.bias"}).modules, ElementsAre("head"));
}

TEST_F(Freezing, NamesPatternsThatMatchNoParameter) {
  EXPECT_THAT(find({"s2", "s1", "s1.norm.running_mean", "linear"}).unmatched,
              ElementsAre("s2", "s1.norm.running_mean", "linear"));
  EXPECT_THAT(
      names_to_freeze(parameters(backbone_)),
      ElementsAre("head", "head.bias", "head.weight", "s1", "s1.linear", "s1.linear.bias", "s1.linear.weight",
                  "s1.norm", "s1.norm.bias", "s1.norm.weight", "s1_more", "s1_more.linear", "s1_more.linear.bias",
                  "s1_more.linear.weight", "s1_more.norm", "s1_more.norm.bias", "s1_more.norm.weight"));
}

TEST_F(Freezing, KeepsParametersAndStatisticsAsTheyAre) {
  freeze(backbone_, find({"s1", "*.linear.bias"}));
  EXPECT_EQ(trained_values(backbone_), parameter_values(backbone_) - 18 - 3);
  train_once();
  for (const Parameter& parameter : parameters(backbone_)) {
    const bool below = parameter.name.starts_with("s1.");
    if (parameter.name.ends_with("num_batches_tracked")) continue;
    if (parameter.is_buffer()) {
      const at::Tensor fresh = parameter.name.ends_with("var") ? torch::ones(3) : torch::zeros(3);
      EXPECT_EQ(parameter.tensor.equal(fresh), below) << parameter.name;
    } else {
      EXPECT_EQ(parameter.tensor.grad().defined(), !below && parameter.name != "s1_more.linear.bias") << parameter.name;
    }
  }
}

TEST_F(Freezing, RefusesStatisticsThatTheBackboneCannotKeep) {
  Rigid rigid;
  freeze(rigid, find_frozen(parameters(rigid), std::vector<std::string>{"s1.linear"}));
  EXPECT_FALSE(parameters(rigid)[0].trained());
  try {
    freeze(rigid, find_frozen(parameters(rigid), std::vector<std::string>{"s1"}));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), testing::HasSubstr("cannot keep s1.norm.running_mean"));
  }
}

}  // namespace
}  // namespace pgt::nn
