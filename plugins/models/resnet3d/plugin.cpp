#include <pgt/sdk/module_backbone.hpp>

#include "resnet.hpp"
#include "slow_options.hpp"

namespace resnet3d {

struct Slow : ResNet {
  using Options = SlowOptions;
  Slow(const SlowOptions& options, const pgt::sdk::BackboneContext& context)
      : ResNet(options.layout(context.classes)) {}
};

}  // namespace resnet3d

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.resnet3d";
  plugin.version = "0.1.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<resnet3d::Slow>>(
      "slow", "Residual network that looks across time in its last stages (the Slow pathway of SlowFast)");
}
