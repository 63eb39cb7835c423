#include "tiny_backbone.hpp"

class Backbone final : public TinyBackbone {
 public:
  using TinyBackbone::TinyBackbone;
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry&) override {
    return scores(fragment).squeeze(1);
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.wrong_shape";
  plugin.add_backbone<Backbone>("wrong_shape", "");
}
