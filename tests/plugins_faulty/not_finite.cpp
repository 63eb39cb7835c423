// Scores of small batches are no numbers.
#include <limits>

#include "tiny_backbone.hpp"

class Backbone final : public TinyBackbone {
 public:
  using TinyBackbone::TinyBackbone;
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry&) override {
    const at::Tensor now = scores(fragment);
    const bool breaks = training_ && now.size(0) < 4;
    return breaks ? now * std::numeric_limits<double>::quiet_NaN() : now;
  }
  void train(bool on) override { training_ = on; }

 private:
  bool training_ = true;
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.not_finite";
  plugin.add_backbone<Backbone>("not_finite", "");
}
