// A backbone whose features and head are apart: for schedules in two passes.

#include <pgt/sdk/module_backbone.hpp>

namespace {

namespace nn = torch::nn;
namespace sdk = pgt::sdk;

struct InPartsImpl : nn::Module, sdk::FeatureBackbone {
  struct Options {
    void describe(sdk::Options&) {}
  };

  InPartsImpl(const Options&, const sdk::BackboneContext& context)
      : conv(register_module("conv",
                             nn::Conv3d(nn::Conv3dOptions(3, 6, {3, 5, 5}).stride({1, 4, 4}).padding({1, 2, 2})))),
        norm(register_module("norm", nn::BatchNorm3d(6))),
        linear(register_module("linear", nn::Linear(6, context.classes))) {}

  std::vector<sdk::Site> sites() const { return {{"conv", 0, sdk::SiteKind::stem, 3}}; }

  /// (N, 3, T, H, W) → (N, T, 6)
  at::Tensor features(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    const at::Tensor x = carry.leave(0, norm->forward(conv->forward(carry.enter(0, fragment.frames[0]))).relu());
    return torch::dropout(x.mean({3, 4}).transpose(1, 2), 0.2, is_training());
  }
  /// The maximum over all features.
  at::Tensor head(const at::Tensor& features, const sdk::Fragment&, sdk::Carry&) override {
    return linear->forward(features.amax(1, true));
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    return head(features(fragment, carry), fragment, carry);
  }
  void* extension(std::string_view id) { return sdk::extension_among<sdk::FeatureBackbone>(this, id); }

  nn::Conv3d conv;
  nn::BatchNorm3d norm;
  nn::Linear linear;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.in_parts";
  plugin.version = "1.0.0";
  plugin.add_backbone<sdk::ModuleBackbone<InPartsImpl>>("in_parts", "features and a head over all of them");
}
