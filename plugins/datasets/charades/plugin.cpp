#include <pgt/sdk/plugin.hpp>

#include "charades.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.charades";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Charades>("charades", "Charades: official CSV files, labels by the second");
}
