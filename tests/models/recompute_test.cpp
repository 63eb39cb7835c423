// Every family that can compute its stages again learns the same by it, bit for bit.

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <functional>
#include <map>

#include "nn/recompute.hpp"
#include "small_networks.hpp"

namespace pgt::models {
namespace {

/// A module as the recomputer sees a backbone.
class Shown final : public sdk::Backbone {
 public:
  explicit Shown(torch::nn::Module& module) : module_(module) {}
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment&, sdk::Carry&) override { return {}; }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    for (auto& item : module_.named_buffers()) visitor.visit(item.key(), item.value(), sdk::Role::buffer);
  }
  void train(bool) override {}

 private:
  torch::nn::Module& module_;
};

using Tensors = std::map<std::string, at::Tensor>;

/// Gradients and buffers after a clip of three steps, with batch statistics and dropout.
template <class Network>
Tensors learned(Network& network, const std::vector<std::string>& stages, bool detach) {
  Shown shown(network);
  nn::StageRecomputer recomputer("test", shown);
  recomputer.choose(stages);
  network.recompute(recomputer);
  network.train();
  network.zero_grad();
  const std::vector<at::Tensor> clip = clip_for(network, 10, small_picture);  // it seeds what dropout draws, too
  progressive(network, clip, {}, 4, detach).square().sum().backward();
  Tensors tensors;
  for (const auto& item : network.named_parameters()) tensors[item.key()] = item.value().grad().clone();
  for (const auto& item : network.named_buffers()) tensors[item.key()] = item.value().clone();
  return tensors;
}

template <class Network>
void expect_same(const std::function<std::shared_ptr<Network>()>& make, const std::vector<std::string>& stages) {
  EXPECT_EQ(make()->stages(), stages);
  for (const bool detach : {true, false}) {
    const Tensors kept = learned(*make(), {}, detach);
    for (const std::vector<std::string>& again : {stages, std::vector<std::string>{stages.back()}}) {
      const Tensors tensors = learned(*make(), again, detach);
      ASSERT_EQ(tensors.size(), kept.size());
      for (const auto& [name, tensor] : kept) EXPECT_TRUE(torch::equal(tensor, tensors.at(name))) << name;
    }
  }
}

template <class Options>
std::function<std::shared_ptr<resnet3d::ResNet>()> resnet(Options options = resnet3d::tiny<Options>()) {
  options.norm.kind = NormKind::batch;
  options.dropout = 0.5;
  return [options] { return resnet3d::make(options); };
}

TEST(RecomputeResNet, LearnsTheSame) {
  expect_same(resnet<resnet3d::SlowOptions>(), {"s1", "s2", "s3", "s4"});
  resnet3d::SlowOptions non_local = resnet3d::tiny();
  non_local.non_local.places = {"s3.0"};
  non_local.non_local.progressive = true;
  expect_same(resnet(non_local), {"s1", "s2", "s3", "s4"});
}

TEST(RecomputeTwoPathways, LearnsTheSame) {
  expect_same(resnet<resnet3d::SlowFastOptions>(), {"s1", "s2", "s3", "s4"});
}

TEST(RecomputeX3d, LearnsTheSame) {
  x3d::Options options = small_x3d();
  options.norm.kind = NormKind::batch;
  options.dropout = 0.5;
  expect_same<x3d::X3d>([options] { return small_network<x3d::X3d>(options); }, {"s1", "s2", "s3", "s4", "s5"});
}

TEST(RecomputeRegNet, LearnsTheSame) {
  regnet::Options options = small_regnet();
  options.norm.kind = NormKind::sub_batch;
  options.norm.splits = 2;
  options.dropout = 0.5;
  expect_same<regnet::RegNet>([options] { return small_network<regnet::RegNet>(options); }, {"layer1", "layer2"});
}

TEST(RecomputeVit, LearnsTheSame) {
  vit::Options options = small_vit();
  for (const vit::Attention attention : {vit::Attention::divided, vit::Attention::joint}) {
    options.attention = attention;
    options.tubelet = 1;
    expect_same<vit::Vit>([options] { return small_network<vit::Vit>(options); }, {"blocks.0", "blocks.1"});
  }
}

TEST(RecomputeRecurrent, LearnsTheSame) {
  expect_same<recurrent::Recurrent>([] { return small_recurrent(Cell::gru, false); }, {"layer1", "layer2"});
}

}  // namespace
}  // namespace pgt::models
