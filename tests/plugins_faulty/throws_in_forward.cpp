#include <stdexcept>

#include "tiny_backbone.hpp"

class Backbone final : public TinyBackbone {
 public:
  using TinyBackbone::TinyBackbone;
  at::Tensor forward(const pgt::sdk::Fragment&, pgt::sdk::Carry&) override {
    throw std::runtime_error("the network is on strike");
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.throws_in_forward";
  plugin.add_backbone<Backbone>("throws_in_forward", "");
}
