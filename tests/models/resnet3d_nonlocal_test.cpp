#include <gmock/gmock.h>
#include <torch/torch.h>

#include "nonlocal.hpp"
#include "resnet3d.hpp"

namespace resnet3d {
namespace {

SlowOptions with_non_local(NonLocalNorm norm, bool progressive) {
  SlowOptions options = tiny();
  options.non_local.places = {"s3.0"};
  options.non_local.norm = norm;
  options.non_local.progressive = progressive;
  return options;
}

std::vector<std::string> tensors_of_norm(const ResNet& network) {
  std::vector<std::string> names;
  const std::string prefix = "s3.pathway0_nonlocal0.bn.";
  const auto add = [&](const auto& tensors) {
    for (const auto& item : tensors) {
      if (item.key().starts_with(prefix)) names.push_back(item.key().substr(prefix.size()));
    }
  };
  add(network.named_parameters());
  names.emplace_back("|");
  add(network.named_buffers());
  return names;
}

TEST(NonLocal, HasTheNormThatIsAskedFor) {
  using testing::ElementsAre;
  const auto tensors = [](NonLocalNorm norm) { return tensors_of_norm(*make(with_non_local(norm, false))); };
  EXPECT_THAT(tensors(NonLocalNorm::network), ElementsAre("weight", "bias", "|"));
  EXPECT_THAT(tensors(NonLocalNorm::batch),
              ElementsAre("weight", "bias", "|", "running_mean", "running_var", "num_batches_tracked"));
  EXPECT_THAT(tensors(NonLocalNorm::frozen), ElementsAre("|", "weight", "bias", "running_mean", "running_var"));
  EXPECT_THAT(tensors(NonLocalNorm::layer), ElementsAre("|"));
  EXPECT_THAT(tensors(NonLocalNorm::none), ElementsAre("|"));
}

TEST(NonLocal, NormOfLayersHasMeanZeroAndDeviationOne) {
  NonLocalLayout layout{.channels = 4, .norm = NormLayout{NormKind::layer, 1}};
  NonLocal block(layout, true);
  block.to(torch::kDouble);
  const at::Tensor x = torch::randn({2, 4, 2, 6, 6}, torch::kDouble);
  const at::Tensor added = (block.forward(x, x) - x).flatten(1);
  EXPECT_TRUE(added.mean(1).allclose(torch::zeros({2}, torch::kDouble), 1e-9, 1e-9));
  EXPECT_TRUE(added.std(1, false).allclose(torch::ones({2}, torch::kDouble), 1e-2, 1e-2));
}

TEST(NonLocal, GivesTheMeanOfTheValuesWhereEveryPlaceIsAlike) {
  for (const NonLocalForm form : {NonLocalForm::softmax, NonLocalForm::dot_product}) {
    NonLocal block({.channels = 4, .form = form, .pool = {1, 1, 1}}, false);
    block.to(torch::kDouble);
    const torch::NoGradGuard no_gradients;
    auto parameters = block.named_parameters();
    for (const char* name : {"conv_theta", "conv_phi"}) {
      parameters[std::string(name) + ".weight"].zero_();
      parameters[std::string(name) + ".bias"].copy_(torch::tensor({1.0, 0.0}));
    }
    const at::Tensor x = torch::randn({1, 4, 2, 3, 3}, torch::kDouble);
    const at::Tensor memory = torch::randn({1, 4, 3, 3, 3}, torch::kDouble);
    const auto apply = [&](const std::string& conv, const at::Tensor& map) {
      return torch::conv3d(map, parameters[conv + ".weight"], parameters[conv + ".bias"]);
    };
    const at::Tensor mean = apply("conv_g", memory).mean({2, 3, 4}, true);
    EXPECT_TRUE(block.forward(x, memory).allclose(x + apply("conv_out", mean), 1e-12, 1e-12));
  }
}

TEST(NonLocal, SaysThatTheMapIsTooSmallToPool) {
  NonLocal block({.channels = 4}, false);
  const at::Tensor x = torch::randn({1, 4, 2, 2, 1});
  try {
    block.forward(x, x);
    FAIL() << "pooled a map smaller than the window";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "nonlocal_pool has 2, but the map has only 1 there (frames, height, width)");
  }
}

TEST(NonLocal, ThatIsProgressiveStartsAsAnOrdinaryOne) {
  const auto ordinary = make(with_non_local(NonLocalNorm::network, false));
  const auto progressing = make(with_non_local(NonLocalNorm::network, true));
  const auto frames = clip_for(*ordinary, 7);
  const at::Tensor expected = progressive(*ordinary, frames, {}, 4, true);
  const at::Tensor given = progressive(*progressing, frames, {}, 4, true);
  EXPECT_TRUE(given[0].equal(expected[0]));
  EXPECT_FALSE(given[1].allclose(expected[1]));
}

}  // namespace
}  // namespace resnet3d
