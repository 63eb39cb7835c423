// The lines that inspect says make a run file whose network takes the weights.

#include <gmock/gmock.h>

#include "program.hpp"

namespace pgt::weights {
namespace {

struct Case {
  const char* name;
  const char* model;  ///< the network that the weights are of
};

class ModelLines : public Program, public testing::WithParamInterface<Case> {};

TEST_P(ModelLines, MakeTheWeightsFit) {
  write_run_file(GetParam().model);
  write_torch("one.pth", {{"nothing", torch::ones({1})}});
  const HostRun made = import("one.pth", {"--classes", "3", "--allow-partial"});
  ASSERT_EQ(made.code, 0) << made.err;
  fs::rename(folder_ / "out.safetensors", folder_ / "weights.safetensors");

  const HostRun inspected = weights({"inspect", path("weights.safetensors")});
  ASSERT_EQ(inspected.code, 0) << inspected.err;
  const std::string begin = "    [model]\n";
  const std::size_t section = inspected.out.find(begin);
  ASSERT_NE(section, std::string::npos) << inspected.out;
  write_run_file(inspected.out.substr(section + begin.size()));
  const HostRun run = import("weights.safetensors");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, testing::AllOf(testing::HasSubstr("100.0 % of the backbone loaded"),
                                      testing::Not(testing::HasSubstr("another shape")),
                                      testing::Not(testing::HasSubstr("left over")),
                                      testing::Not(testing::HasSubstr("should say"))));
}

const Case cases[] = {
    {"slow", "use = \"slow\"\ndepth = 18\nwidth = 8\ntemporal_kernels = [1, 3, 3, 5]\nnonlocal = [\"s3.1\"]\n"},
    {"group_norm", "use = \"slow\"\ndepth = 50\nblocks = [1, 2, 1, 1]\nwidth = 8\nnorm = \"group\"\nnorm_groups = 4\n"},
    {"temporal_blocks",
     "use = \"slow\"\ndepth = 18\nwidth = 8\ntemporal_kernels = [1, 3, 3, 3]\ntemporal_blocks = [0, 1, 2, 1]\n"},
    {"slowfast",
     "use = \"slowfast\"\ndepth = 18\nwidth = 16\nwidth_ratio = 4\nlateral_kernel = 7\nlateral_ratio = 1\n"
     "fast_temporal_kernels = [1, 3, 3, 3]\nlateral_norm = false\nfast_nonlocal = [\"s4.0\"]\n"},
    {"c2d", "use = \"c2d\"\ndepth = 18\nwidth = 8\n"},
    {"i3d", "use = \"i3d\"\ndepth = 50\nblocks = [1, 2, 2, 2]\nwidth = 8\n"},
    {"r3d", "use = \"r3d\"\nwidth = 8\n"},
    {"mc3", "use = \"r3d\"\nform = \"mc3\"\nwidth = 8\n"},
    {"r2plus1d", "use = \"r3d\"\nform = \"r2plus1d\"\nwidth = 16\n"},
    {"regnet", "use = \"regnet\"\nblocks = [1, 2, 1, 1]\nwidths = [16, 32, 32, 64]\nstem_width = 8\ngroups = 8\n"},
    {"x3d", "use = \"x3d\"\nwidth_factor = 1.0\ndepth_factor = 1.0\nlin_5_width = 64\nlin_5_norm = true\n"},
    {"x3d_s", "use = \"x3d\"\nsize = \"s\"\n"},
    {"vit", "use = \"vit\"\nattention = \"joint\"\ntubelet = 2\nwidth = 64\nheads = 1\ndepth = 2\npatch = 8\n"},
    {"divided_vit", "use = \"vit\"\nwidth = 64\nheads = 1\ndepth = 2\nmlp_ratio = 2\n"}};

INSTANTIATE_TEST_SUITE_P(Networks, ModelLines, testing::ValuesIn(cases),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace pgt::weights
