// A backbone for which there is memory for so many rows at a time and no more.

#include <new>

#include <pgt/sdk/module_backbone.hpp>

namespace {

namespace nn = torch::nn;
namespace sdk = pgt::sdk;

struct NarrowImpl : nn::Module {
  struct Options {
    std::int64_t most_rows = 1, most_scored = 1000;
    void describe(sdk::Options& o) {
      o("most_rows", most_rows).at_least(1).help("rows that there is memory for");
      o("most_scored", most_scored).at_least(0).help("rows that there is memory for in evaluation");
    }
  };

  NarrowImpl(const Options& options, const sdk::BackboneContext& context)
      : most_rows(options.most_rows),
        most_scored(options.most_scored),
        conv(register_module("conv",
                             nn::Conv3d(nn::Conv3dOptions(3, 6, {3, 5, 5}).stride({1, 4, 4}).padding({1, 2, 2})))),
        linear(register_module("linear", nn::Linear(6, context.classes))) {}

  std::vector<sdk::Site> sites() const { return {{"conv", 0, sdk::SiteKind::stem, 3}}; }

  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    if (fragment.frames[0].size(0) > (is_training() ? most_rows : most_scored)) throw std::bad_alloc();
    const at::Tensor x = carry.leave(0, conv->forward(carry.enter(0, fragment.frames[0])).relu());
    return linear->forward(torch::dropout(x.mean({2, 3, 4}), 0.2, is_training())).unsqueeze(1);
  }

  std::int64_t most_rows, most_scored;
  nn::Conv3d conv;
  nn::Linear linear;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.narrow";
  plugin.version = "1.0.0";
  plugin.add_backbone<sdk::ModuleBackbone<NarrowImpl>>("narrow", "there is memory for a few rows");
}
