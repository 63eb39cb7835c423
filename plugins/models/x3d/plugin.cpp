#include <pgt/sdk/module_backbone.hpp>

#include "x3d.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.x3d";
  plugin.version = "0.1.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<x3d::X3d>>("x3d", "Small network of depth-wise convolutions, X3D");
}
