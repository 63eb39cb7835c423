/// The smallest backbone that looks across time: one temporal convolution and a classifier.
///
/// All that differs from any other torch::nn::Module: it names the places that look across time, and calls the carry
/// around each. How many frames cross, and of which kind, is the schedule's business.

#include <pgt/sdk/module_backbone.hpp>

namespace {

namespace nn = torch::nn;

struct MinimalImpl : nn::Module {
  struct Options {
    std::int64_t width = 16;
    void describe(pgt::sdk::Options& o) {
      o("width", width).range(1, 1024).unit("channels").help("of the convolution");
    }
  };

  MinimalImpl(const Options& options, const pgt::sdk::BackboneContext& context)
      // Kernel (3, 7, 7): three frames in time. Padding keeps the number of frames: the carry counts on that.
      : conv(register_module(
            "conv", nn::Conv3d(nn::Conv3dOptions(3, options.width, {3, 7, 7}).stride({1, 4, 4}).padding({1, 3, 3})))),
        head(register_module("head", nn::Linear(options.width, context.classes))) {}

  /// A site's place in this list is its index for the carry.
  std::vector<pgt::sdk::Site> sites() const {
    return {{"conv", 0, pgt::sdk::SiteKind::stem, 3}, {"head", 0, pgt::sdk::SiteKind::head, 1}};
  }

  /// (N, 3, T, H, W) → (N, 1, classes): one prediction for the fragment.
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
    at::Tensor x = carry.enter(0, fragment.frames[0]);  // the last frames of the step before, in front of the new ones
    x = torch::relu(conv->forward(x));
    x = carry.leave(0, x);  // and off again: the next layer sees the new frames only
    x = carry.enter(1, x);  // the head pools over carried and new frames, so it does not leave
    return head->forward(x.mean({2, 3, 4})).unsqueeze(1);
  }

  nn::Conv3d conv;
  nn::Linear head;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.example.minimal_backbone";
  plugin.version = "1.0.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<MinimalImpl>>("minimal_backbone", "one temporal convolution");
}
