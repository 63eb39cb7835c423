#include <cstdlib>

#include "tiny_backbone.hpp"

class Backbone final : public TinyBackbone {
 public:
  using TinyBackbone::TinyBackbone;
  at::Tensor forward(const pgt::sdk::Fragment&, pgt::sdk::Carry&) override { std::exit(0); }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.exits_in_forward";
  plugin.add_backbone<Backbone>("exits_in_forward", "");
}
