// A small network that scores every frame: its pictures, shrunk, through a recurrent layer whose state is carried.

#include <pgt/sdk/module_backbone.hpp>

namespace {

namespace nn = torch::nn;

struct FrameGruImpl : nn::Module {
  struct Options {
    std::int64_t width = 16;
    std::int64_t moments = 0;  // for a fragment; 0: one for each frame
    void describe(pgt::sdk::Options& o) {
      o("width", width).range(1, 1024).help("of both layers");
      o("moments", moments).range(0, 1024).help("frames of a moment; 0: one");
    }
  };

  FrameGruImpl(const Options& options, const pgt::sdk::BackboneContext& context)
      : width(options.width),
        frames_of_moment(options.moments == 0 ? 1 : options.moments),
        embed(register_module("embed", nn::Linear(3 * side * side, width))),
        gru(register_module("gru", nn::GRU(nn::GRUOptions(width, width).batch_first(true)))),
        head(register_module("head", nn::Linear(width, context.classes))) {}

  std::vector<pgt::sdk::Site> sites() const { return {{"gru", 0, pgt::sdk::SiteKind::head, 1}}; }
  pgt::sdk::Output output() const { return pgt::sdk::Output::moments; }

  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
    const at::Tensor frames = fragment.frames[0].transpose(1, 2);  // (N, T, 3, H, W)
    const at::Tensor small = torch::adaptive_avg_pool2d(frames.flatten(0, 1), {side, side});
    const at::Tensor x = torch::relu(embed->forward(small.flatten(1))).view({frames.size(0), frames.size(1), width});
    at::Tensor state = carry.recall(0);  // (N, width)
    if (!state.defined()) state = torch::zeros({frames.size(0), width}, x.options());
    const auto [y, last] = gru->forward(x, state.unsqueeze(0));
    carry.exchange(0, last.squeeze(0));
    const std::int64_t moments = std::max<std::int64_t>(1, y.size(1) / frames_of_moment);
    return head->forward(torch::adaptive_avg_pool1d(y.transpose(1, 2), moments).transpose(1, 2));
  }

  static constexpr std::int64_t side = 8;
  std::int64_t width, frames_of_moment;
  nn::Linear embed;
  nn::GRU gru;
  nn::Linear head;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.frame_gru";
  plugin.version = "1.0.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<FrameGruImpl>>("frame_gru", "a recurrent layer over shrunk frames");
}
