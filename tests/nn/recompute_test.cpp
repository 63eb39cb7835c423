#include "nn/recompute.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "base/error.hpp"
#include "nn/carry.hpp"
#include "nn/parameters.hpp"
#include "nn/precision.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::nn {
namespace {

/// What one stage does: a convolution across time between enter and leave, batch statistics, dropout, and a state that
/// is exchanged.
struct Block : torch::nn::Module {
  Block() {
    conv = register_module("conv", torch::nn::Conv3d(torch::nn::Conv3dOptions(3, 3, 3).padding(1)));
    norm = register_module("norm", torch::nn::BatchNorm3d(3));
  }
  at::Tensor forward(const at::Tensor& x, sdk::Carry& carry, std::size_t site) {
    at::Tensor y = norm->forward(conv->forward(carry.enter(site, x))).relu_();
    const at::Tensor left = carry.leave(site, y);
    y = torch::dropout(left.view({left.size(0), -1}).view(left.sizes()), 0.3, is_training());  // it has no gaps
    const at::Tensor state = y.mean({2, 3, 4});
    const at::Tensor before = carry.exchange(site + 1, state, 0);
    if (before.defined()) y = y * before.sigmoid().view({-1, 3, 1, 1, 1});
    return y + x;
  }
  torch::nn::Conv3d conv{nullptr};
  torch::nn::BatchNorm3d norm{nullptr};
};

struct TwoStages final : sdk::Backbone {
  TwoStages() {
    torch::manual_seed(1);
    for (std::size_t i = 0; i < 2; ++i) {
      blocks.push_back(root.register_module("s" + std::to_string(i + 1), std::make_shared<Block>()));
    }
  }
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    for (const char* name : {"s1", "s1.state", "s2", "s2.state"}) {
      info.sites.push_back({name, 0, sdk::SiteKind::block, 3});
    }
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    at::Tensor x = fragment.frames[0];
    for (std::size_t i = 0; i < 2; ++i) {
      const at::Tensor input = x;
      const auto part = [block = blocks[i], i](const at::Tensor& y, sdk::Carry& its) {
        return block->forward(y, its, 2 * i);
      };
      x = recomputer != nullptr ? recomputer->run("s" + std::to_string(i + 1), x, carry, part) : part(x, carry);
      if (spoils) input.add_(1);
    }
    return x.mean({2, 3, 4}).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    for (auto& item : root.named_parameters()) visitor.visit(item.key(), item.value(), sdk::Role::weight);
    for (auto& item : root.named_buffers()) visitor.visit(item.key(), item.value(), sdk::Role::buffer);
  }
  void train(bool on) override { root.train(on); }

  torch::nn::Module root;
  std::vector<std::shared_ptr<Block>> blocks;
  sdk::Recomputer* recomputer = nullptr;
  bool spoils = false;  ///< changes what a stage was given
};

/// How a clip's steps hang together.
struct Kind {
  const char* name;
  bool detach;
  std::int64_t reach;
  config::Precision precision;
  sdk::CarryRule rule;
};

std::vector<sdk::Step> steps_of(const Kind& kind) {
  std::vector<sdk::Step> steps(3);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].frames = {{0, 4}};
    steps[i].overlap = {i == 0 ? 0 : 1};
    steps[i].detach = kind.detach;
    steps[i].gradient_reach = i == 0 ? 0 : kind.reach;
  }
  return steps;
}

/// Gradients and buffers by name, and the last scores, after a clip.
using Outcome = std::map<std::string, at::Tensor>;

Outcome learn(const Kind& kind, const std::vector<std::string>& stages) {
  TwoStages backbone;
  StageRecomputer recomputer("test", backbone);
  recomputer.choose(stages);
  if (!stages.empty()) backbone.recomputer = &recomputer;
  backbone.train(true);
  const Precision precision(kind.precision, c10::kCPU);
  SlotCarry carry(backbone.info().sites, kind.rule);
  const std::vector<sdk::Step> steps = steps_of(kind);
  torch::manual_seed(2);
  Outcome outcome;
  at::Tensor loss = torch::zeros({});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    carry.begin_step(i == 0, steps[i], i + 1 < steps.size() ? &steps[i + 1] : nullptr);
    const at::Tensor scores = nn::scores(backbone, {{torch::randn({2, 3, 4, 5, 5})}, 1, {}}, carry, precision);
    loss = loss + scores.square().sum();
    outcome["scores"] = scores.detach();
    if (!kind.detach) continue;
    loss.backward({}, /*keep_graph=*/kind.reach > 0);
    if (kind.reach > 0) walk_back(carry.borders());
    loss = torch::zeros({});
  }
  if (loss.requires_grad()) loss.backward();
  outcome["next draw"] = torch::rand({4});
  for (const Parameter& parameter : parameters(backbone)) {
    outcome[parameter.name] = parameter.is_buffer() ? parameter.tensor.clone() : parameter.tensor.grad();
  }
  return outcome;
}

class Recompute : public testing::TestWithParam<Kind> {};

TEST_P(Recompute, GivesTheBitsOfWhatKeepsEverything) {
  const Outcome kept = learn(GetParam(), {}), again = learn(GetParam(), {"s1", "s2"});
  ASSERT_EQ(kept.size(), again.size());
  for (const auto& [name, tensor] : kept) EXPECT_TRUE(torch::equal(tensor, again.at(name))) << name;
  EXPECT_GT(kept.at("s1.conv.weight").abs().max().item<float>(), 0);
  EXPECT_GT(kept.at("s1.norm.running_mean").abs().max().item<float>(), 0);
}

sdk::CarryRule blending() {
  sdk::CarryRule rule;
  rule.reduce = sdk::Reduce::max;  // saves the places of the largest
  rule.momentum = 0.25;
  return rule;
}

INSTANTIATE_TEST_SUITE_P(Of, Recompute,
                         testing::Values(Kind{"CutSteps", true, 0, config::Precision::fp32, {}},
                                         Kind{"JoinedSteps", false, 0, config::Precision::fp32, {}},
                                         Kind{"JoinedBlendedSteps", false, 0, config::Precision::fp32, blending()},
                                         Kind{"SlidingWindows", true, 2, config::Precision::fp32, {}},
                                         Kind{"HalfPrecision", true, 0, config::Precision::bf16, {}},
                                         Kind{"JoinedHalfPrecision", false, 0, config::Precision::bf16, {}}),
                         [](const auto& test) { return test.param.name; });

/// One forward of a step, back-propagated later.
class RecomputeOnce : public testing::Test {
 protected:
  RecomputeOnce() {
    recomputer_.choose({"s1", "s2"});
    backbone_.recomputer = &recomputer_;
  }
  at::Tensor loss(std::int64_t size = 5) {
    sdk::Step step;
    step.frames = {{0, 4}};
    step.overlap = {1};
    carry_.begin_step(true, step, &step);
    return backbone_.forward({{torch::ones({2, 3, 4, size, size})}, 1, {}}, carry_).square().sum();
  }
  TwoStages backbone_;
  StageRecomputer recomputer_{"test", backbone_};
  SlotCarry carry_{backbone_.info().sites, {}};
};

TEST_F(RecomputeOnce, KeepsLittleMoreThanTheInputsOfTheParts) {
  use_tensor_memory();
  const auto kept = [&] {
    const std::int64_t before = used_bytes(c10::kCPU);
    const at::Tensor loss = this->loss(64);
    return static_cast<double>(used_bytes(c10::kCPU) - before);
  };
  const double again = kept();
  backbone_.recomputer = nullptr;
  const double map = 2 * 3 * 4 * 64 * 64 * sizeof(float), all = kept();
  EXPECT_GT(all, 7 * map) << "of two blocks the convolution's input, its output, what dropout keeps …";
  EXPECT_LT(again, 4 * map) << "the input of either block, and the carry";
}

TEST_F(RecomputeOnce, LeavesTheCarryAlone) {
  const at::Tensor loss = this->loss();
  const auto before = carry_.slots();
  loss.backward();
  const auto after = carry_.slots();
  ASSERT_EQ(before.size(), 4U);
  for (const auto& [name, slot] : before) EXPECT_TRUE(slot.is_same(after.at(name))) << name;
}

TEST_F(RecomputeOnce, ServesSeveralBackwardsThroughOneGraph) {
  const at::Tensor loss = this->loss();
  loss.backward({}, /*keep_graph=*/true);
  const at::Tensor once = backbone_.blocks[0]->conv->weight.grad().clone();
  loss.backward();
  EXPECT_TRUE(torch::equal(backbone_.blocks[0]->conv->weight.grad(), 2 * once));
  EXPECT_THROW(loss.backward(), c10::Error) << "the graph is gone";
}

TEST_F(RecomputeOnce, NamesAStageWhoseInputWasChanged) {
  backbone_.spoils = true;
  const at::Tensor loss = this->loss();
  try {
    loss.backward();
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("plugin test, Backbone::forward"),
                                             testing::HasSubstr("stage s2 was computed from a map that has since been "
                                                                "changed in place"),
                                             testing::HasSubstr("train.recompute")));
  }
}

TEST_F(RecomputeOnce, HasNothingToDoWithoutAGradient) {
  const at::NoGradGuard no_graph;
  const at::Tensor scores = loss();
  backbone_.recomputer = nullptr;
  backbone_.train(false);
  EXPECT_FALSE(scores.requires_grad());
}

}  // namespace
}  // namespace pgt::nn
