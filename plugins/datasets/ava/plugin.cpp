#include <pgt/sdk/plugin.hpp>

#include "ava.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.ava";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Ava>("ava", "AVA: boxes of people and what they do, second by second");
}
