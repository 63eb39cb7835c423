#include <pgt/sdk/module_backbone.hpp>

#include "recurrent.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.recurrent";
  plugin.version = "0.1.0";
  plugin.add_backbone<pgt::sdk::ModuleBackbone<recurrent::Recurrent>>(
      "recurrent", "Residual network of single frames and a GRU or LSTM over them, whose state is carried");
}
