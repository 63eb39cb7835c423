// torchvision's video networks give the same scores here, where Python can import it.

#include <gmock/gmock.h>

#include "nn/parameters.hpp"
#include "python_torch.hpp"

namespace pgt::weights {
namespace {

class Torchvision : public PythonTorch, public testing::WithParamInterface<const char*> {};

TEST_P(Torchvision, ScoresAreTheSameHere) {
  const std::string form = GetParam();
  if (!check({"torchvision", folder_.string(), form + "_18"})) GTEST_SKIP() << printed_;
  std::vector<std::int64_t> strides{1, 2, 2, 2};
  if (form == "mc3") strides = {1, 1, 1, 1};
  const auto backbone = make_backbone("r3d", {{"form", form}, {"temporal_strides", strides}});
  const HostRun run = import("net.pth", {"--classes", "5"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, testing::AllOf(testing::HasSubstr("100.0 % of the backbone loaded"),
                                      testing::Not(testing::HasSubstr("left over"))));
  nn::load_state(*backbone, imported());
  const Source source(folder_ / "case.pth");
  std::map<std::string, at::Tensor> tensors;
  for (const NamedTensor& tensor : source.tensors()) tensors[tensor.name] = to_torch(tensor.tensor);
  const at::Tensor theirs = tensors.at("scores");
  EXPECT_TRUE(scores_of(*backbone, {{tensors.at("frames")}}).allclose(theirs, 1e-5, 1e-5));
  EXPECT_GT(theirs.std().item<double>(), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Networks, Torchvision, testing::Values("r3d", "mc3", "r2plus1d"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace pgt::weights
