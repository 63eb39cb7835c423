#include "nn/running_statistics.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <pgt/sdk/module_backbone.hpp>

#include "base/error.hpp"

namespace pgt::nn {
namespace {

/// Two batch normalisations of unlike momentum and one that is frozen, side by side.
struct Norms : torch::nn::Module {
  struct Options {
    void describe(sdk::Options&) {}
  };
  Norms(const Options&, const sdk::BackboneContext&) {
    using torch::nn::BatchNorm3dOptions;
    fast = register_module("fast", torch::nn::BatchNorm3d(BatchNorm3dOptions(3).momentum(0.7)));
    slow = register_module("slow", torch::nn::BatchNorm3d(BatchNorm3dOptions(3).momentum(0.05)));
    frozen = register_module("frozen", torch::nn::BatchNorm3d(3));
  }
  std::vector<sdk::Site> sites() const { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) {
    frozen->eval();
    const at::Tensor& x = fragment.frames.at(0);
    return (fast->forward(x) + slow->forward(x) + frozen->forward(x)).mean({2, 3, 4}).unsqueeze(1);
  }
  torch::nn::BatchNorm3d fast{nullptr}, slow{nullptr}, frozen{nullptr};
};

struct NoCarry final : sdk::Carry {
  at::Tensor enter(sdk::SiteIndex, const at::Tensor& x) override { return x; }
  at::Tensor leave(sdk::SiteIndex, const at::Tensor& y) override { return y; }
  at::Tensor exchange(sdk::SiteIndex, const at::Tensor&, std::size_t) override { return {}; }
  at::Tensor recall(sdk::SiteIndex, std::size_t) override { return {}; }
};

at::Tensor batch(std::uint64_t seed) {
  torch::manual_seed(seed);
  return torch::randn({4, 3, 2, 5, 5}) * 3 + static_cast<double>(seed);
}

class RunningStatisticsTest : public testing::Test {
 protected:
  void forward(const at::Tensor& x) {
    NoCarry carry;
    backbone_.forward({{x}, 1}, carry);
  }
  /// What a batch's own statistics are, through the running ones.
  Statistics of_batch(const at::Tensor& x, const std::map<std::string, double>& momenta) {
    running_.put(filled(running_.copy(), 0));
    forward(x);
    Statistics own;
    for (const auto& [name, momentum] : momenta) own.emplace(name, running_.copy().at(name) / momentum);
    return own;
  }
  sdk::ModuleBackbone<Norms> backbone_{{}, {3}};
  RunningStatistics running_{backbone_};
};

TEST_F(RunningStatisticsTest, AreReadAndReplacedByName) {
  EXPECT_EQ(running_.copy().size(), 6u);
  running_.put({{"slow.running_mean", torch::tensor({1.0F, 2.0F, 3.0F})}});
  EXPECT_TRUE(running_.copy().at("slow.running_mean").equal(torch::tensor({1.0F, 2.0F, 3.0F})));
  EXPECT_TRUE(running_.copy().at("fast.running_mean").equal(torch::zeros(3)));
  EXPECT_THROW(running_.put({{"slow.running_mean", torch::zeros(4)}}), Error);
  EXPECT_THROW(running_.put({{"slow.weight", torch::zeros(3)}}), Error);
}

TEST_F(RunningStatisticsTest, MoveByWhatIsMeasured) {
  const auto momenta = momenta_of(running_, [&] { forward(batch(1)); });
  ASSERT_EQ(momenta.size(), 4u) << "the frozen ones do not move";
  EXPECT_NEAR(momenta.at("fast.running_mean"), 0.7, 1e-6);
  EXPECT_NEAR(momenta.at("slow.running_var"), 0.05, 1e-6);
}

/// One that is frozen, and one that sees what comes out of it.
TEST(RunningStatistics, ThatAreFrozenAreLeftAloneWhereOthersAreMeasured) {
  struct Chain : torch::nn::Module {
    struct Options {
      void describe(sdk::Options&) {}
    };
    Chain(const Options&, const sdk::BackboneContext&) {
      frozen = register_module("frozen", torch::nn::BatchNorm3d(3));
      after = register_module("after", torch::nn::BatchNorm3d(torch::nn::BatchNorm3dOptions(3).momentum(0.3)));
    }
    std::vector<sdk::Site> sites() const { return {}; }
    at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) {
      return after->forward(frozen->forward(fragment.frames.at(0))).mean({2, 3, 4}).unsqueeze(1);
    }
    torch::nn::BatchNorm3d frozen{nullptr}, after{nullptr};
  };
  sdk::ModuleBackbone<Chain> backbone({}, {3});
  sdk::extension_of<sdk::FreezableBackbone>(backbone)->freeze({"frozen"});
  backbone.train(true);
  RunningStatistics running(backbone);
  running.put({{"frozen.running_var", torch::full({3}, 4.0F)}});
  NoCarry carry;
  const auto momenta = momenta_of(running, [&] { backbone.forward({{batch(2)}, 1}, carry); });
  ASSERT_EQ(momenta.size(), 2u);
  EXPECT_NEAR(momenta.at("after.running_mean"), 0.3, 1e-5);
  EXPECT_NEAR(momenta.at("after.running_var"), 0.3, 1e-5);
  EXPECT_TRUE(running.copy().at("frozen.running_var").equal(torch::full({3}, 4.0F)));
}

TEST_F(RunningStatisticsTest, NameALayerThatSawASingleValueOfEachChannel) {
  forward(batch(1));
  EXPECT_EQ(running_.layer_of_single_values(), "");
  running_.put({{"slow.running_var", torch::tensor({1.0F, std::nanf(""), 1.0F})}});
  EXPECT_EQ(running_.layer_of_single_values(), "slow");
  running_.put({{"slow.running_mean", torch::full({3}, std::nanf(""))}});
  EXPECT_EQ(running_.layer_of_single_values(), "") << "what came in was not a number";
}

TEST_F(RunningStatisticsTest, OfManyBatchesAreThoseOfOne) {
  const auto momenta = momenta_of(running_, [&] { forward(batch(9)); });
  AveragedStatistics averaged;
  std::vector<at::Tensor> all;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    averaged.add(of_batch(batch(seed), momenta));
    all.push_back(batch(seed));
  }
  const at::Tensor one = torch::cat(all);
  const Statistics average = averaged.average();
  for (const std::string name : {"fast", "slow"}) {
    EXPECT_TRUE(average.at(name + ".running_mean").allclose(one.mean({0, 2, 3, 4}), 1e-4, 1e-4));
    // Each batch's variance is divided by one less than its 200 values.
    EXPECT_TRUE(average.at(name + ".running_var").allclose(one.var({0, 2, 3, 4}, false), 6e-3, 1e-4));
  }
  EXPECT_THROW(AveragedStatistics().average(), std::logic_error);
}

}  // namespace
}  // namespace pgt::nn
