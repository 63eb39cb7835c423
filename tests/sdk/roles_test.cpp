// What role_by_name of pgt/sdk/module_backbone.hpp makes of the names of torchvision's networks.

#include <gtest/gtest.h>

#include <pgt/sdk/module_backbone.hpp>

namespace pgt::sdk {
namespace {

TEST(RoleByName, KnowsTheNormalisationsOfTorchvision) {
  const at::Tensor vector = torch::zeros({4}), kernel = torch::zeros({4, 4, 1, 1});
  for (const char* name : {"bn1.weight", "layer2.0.bn3.bias", "layer2.0.downsample.1.weight",
                           "layer2.0.downsample.1.bias", "head.norm.weight"}) {
    EXPECT_EQ(role_by_name(name, vector), Role::norm) << name;
  }
  EXPECT_EQ(role_by_name("layer2.0.downsample.0.weight", kernel), Role::weight);
  EXPECT_EQ(role_by_name("layer2.0.downsample.1.weight", kernel), Role::weight) << "a kernel is no scale";
  EXPECT_EQ(role_by_name("layer2.0.downsample.0.bias", vector), Role::bias);
  EXPECT_EQ(role_by_name("layer2.0.downsample.10.bias", vector), Role::bias);
  EXPECT_EQ(role_by_name("fc.weight", torch::zeros({2, 4})), Role::head);
}

}  // namespace
}  // namespace pgt::sdk
