#include <pgt/sdk/plugin.hpp>

#include "activitynet.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.activitynet";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::ActivityNet>("activitynet", "ActivityNet: the JSON file, its annotated stretches");
}
