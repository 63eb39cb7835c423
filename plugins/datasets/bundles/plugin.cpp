#include <pgt/sdk/plugin.hpp>

#include "bundles.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.bundles";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Bundles>("bundles",
                                             "a class for each frame, in MS-TCN's files: GTEA, 50Salads, Breakfast");
}
