/// @name@: two convolutions, one of them across time, and a classifier.

#include <pgt/sdk/module_backbone.hpp>

namespace {

namespace sdk = pgt::sdk;

struct @Class@ : torch::nn::Module {
  /// What a run file can say in [model].
  struct Options {
    std::int64_t width = 16;
    void describe(sdk::Options& o) {
      o("width", width).range(1, 1024).unit("channels").help("of both convolutions");
    }
  };

  @Class@(const Options& options, const sdk::BackboneContext& context) {
    using Conv = torch::nn::Conv3dOptions;
    const std::int64_t width = options.width;
    stem = register_module("stem", torch::nn::Conv3d(Conv(3, width, {1, 5, 5}).stride({1, 2, 2}).padding({0, 2, 2})));
    mix = register_module("mix", torch::nn::Conv3d(Conv(width, width, {3, 3, 3}).padding({1, 1, 1})));
    fc = register_module("fc", torch::nn::Linear(width, context.classes));
  }

  /// Where the network looks across time. Places in this list are the indices that `forward` gives the carry.
  std::vector<sdk::Site> sites() const {
    return {{"mix", 0, sdk::SiteKind::block, 3}, {"head", 0, sdk::SiteKind::head, 1}};
  }

  /// Frames (N, 3, T, H, W) to scores (N, positions in time, classes).
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    at::Tensor x = torch::relu(stem(fragment.frames[0]));
    x = carry.enter(0, x);  // in front: what the step before left here
    x = mix(x);
    x = torch::relu(carry.leave(0, x));  // and off again
    x = carry.enter(1, x);               // the head pools what was carried, too, so it does not leave
    x = torch::adaptive_avg_pool3d(x, {fragment.head_bins, 1, 1});
    return fc(x.flatten(2).transpose(1, 2));
  }

  torch::nn::Conv3d stem{nullptr}, mix{nullptr};
  torch::nn::Linear fc{nullptr};
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "@id@";
  plugin.version = "0.1.0";
  plugin.add_backbone<sdk::ModuleBackbone<@Class@>>("@name@", "two convolutions, one of them across time");
}
