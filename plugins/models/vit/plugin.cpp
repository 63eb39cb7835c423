#include <pgt/sdk/module_backbone.hpp>

#include "vit.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.vit";
  plugin.version = "0.1.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<vit::Vit>>(
      "vit", "Transformer that attends to the keys and values of the step before");
}
