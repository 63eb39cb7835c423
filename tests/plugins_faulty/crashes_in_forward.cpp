// Crashes in forward where PGT_TEST_CRASH is set, and is a good one otherwise.

#include <cstdlib>

#include "tiny_backbone.hpp"

namespace {
volatile int* volatile nothing = nullptr;

/// A sanitizer would end the process before the signal comes.
[[gnu::no_sanitize("undefined", "address")]] void crash() { *nothing = 1; }
}  // namespace

class Backbone final : public TinyBackbone {
 public:
  using TinyBackbone::TinyBackbone;
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry&) override {
    if (std::getenv("PGT_TEST_CRASH") != nullptr) crash();
    return scores(fragment);
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.crashes_in_forward";
  plugin.version = "2.0";
  plugin.add_backbone<Backbone>("crashes_in_forward", "");
}
