#include <pgt/sdk/plugin.hpp>

#include "program.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.exported";
  plugin.version = "0.1.0";
  plugin.add_backbone<exported::Program>("exported", "Network from Python, saved as a TorchScript file");
}
