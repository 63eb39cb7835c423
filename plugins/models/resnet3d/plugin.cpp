#include <pgt/sdk/module_backbone.hpp>

#include "c2d_options.hpp"
#include "i3d_options.hpp"
#include "r3d_options.hpp"
#include "resnet.hpp"
#include "slow_options.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {

/// A residual network as one family's options describe it.
template <class FamilyOptions>
struct Family : ResNet {
  using Options = FamilyOptions;
  Family(const Options& options, const pgt::sdk::BackboneContext& context) : ResNet(options.layout(context.classes)) {}
};

template <class FamilyOptions>
using Backbone = pgt::sdk::ModuleBackbone<Family<FamilyOptions>>;

}  // namespace resnet3d

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.resnet3d";
  plugin.version = "0.1.0";
  plugin.add_backbone<resnet3d::Backbone<resnet3d::C2dOptions>>("c2d", "Residual network of single frames");
  plugin.add_backbone<resnet3d::Backbone<resnet3d::I3dOptions>>(
      "i3d", "Residual network that looks across time in every other block");
  plugin.add_backbone<resnet3d::Backbone<resnet3d::R3dOptions>>(
      "r3d", "Residual network of 3×3×3 or (2+1)D convolutions (R3D, MC3, R(2+1)D)");
  plugin.add_backbone<resnet3d::Backbone<resnet3d::SlowOptions>>(
      "slow", "Residual network that looks across time in its last stages (the Slow pathway of SlowFast)");
  plugin.add_backbone<resnet3d::Backbone<resnet3d::SlowFastOptions>>(
      "slowfast", "Two residual networks: one of few frames, a narrow one of many that feeds it");
}
