// A network gives the same scores here and in Python's torch, with weights of either.

#include <gmock/gmock.h>

#include "nn/parameters.hpp"
#include "python_torch.hpp"

namespace pgt::weights {
namespace {

constexpr double tolerance = 1e-5;

/// The options that make a network small, of whichever family has them.
const Options small{{"blocks", std::vector<std::int64_t>{1, 2, 1, 1}},
                    {"width", std::int64_t{16}},
                    {"width_factor", 1.0},
                    {"depth_factor", 1.0},
                    {"lin_5_width", std::int64_t{64}}};

class PythonScores : public PythonTorch, public testing::WithParamInterface<const char*> {
 protected:
  PythonScores() {
    backbone_ = make_backbone(GetParam(), small);

    torch::manual_seed(1);
    const torch::NoGradGuard no_gradients;
    for (nn::Parameter& parameter : nn::parameters(*backbone_)) {  // as if it had been trained
      at::Tensor& tensor = parameter.tensor;
      if (tensor.dim() == 1) tensor.copy_(torch::rand_like(tensor) + 0.5);
    }
    for (const sdk::Pathway& pathway : backbone_->info().pathways) {
      clip_.frames.push_back(torch::randn({2, 3, 4 * pathway.ratio, 64, 64}));
    }
  }

  at::Tensor scores() { return scores_of(*backbone_, clip_); }

  std::unique_ptr<sdk::Backbone> backbone_;
  sdk::Fragment clip_;
};

TEST_P(PythonScores, AreTheSameWithWeightsFromHereAndFromThere) {
  nn::write_safetensors(folder_ / "net.safetensors", {nn::state(*backbone_), {}});
  ASSERT_EQ(weights({"export", path("net.safetensors"), "--out", path("net.pth")}).code, 0);
  nn::TensorFile test_case{{{"scores", scores()}}, {}};
  for (std::size_t p = 0; p < clip_.frames.size(); ++p) {
    test_case.tensors[std::string("frames").append(std::to_string(p))] = clip_.frames[p];
  }
  nn::write_safetensors(folder_ / "case.safetensors", test_case);
  if (!check({"scores", folder_.string()})) GTEST_SKIP() << printed_;

  const HostRun run = import("other.pyth", {"--classes", "5"});
  ASSERT_EQ(run.code, 0) << run.err;
  const at::Tensor before = scores();
  nn::load_state(*backbone_, imported());
  const Source source(folder_ / "other_scores.pth");
  const at::Tensor theirs = to_torch(source.tensors().at(0).tensor);
  EXPECT_LE((scores() - theirs).abs().max().item<double>(), tolerance);
  EXPECT_GT((before - theirs).abs().max().item<double>(), tolerance) << "other weights, other scores";
}

INSTANTIATE_TEST_SUITE_P(Backbones, PythonScores, testing::Values("slow", "slowfast", "x3d"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace pgt::weights
