#include <pgt/sdk/module_backbone.hpp>

#include "regnet.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.regnet";
  plugin.version = "0.1.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<regnet::RegNet>>("regnet",
                                                                "Network of grouped convolutions, RegNet 400M");
}
