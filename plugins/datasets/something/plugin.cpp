#include <pgt/sdk/plugin.hpp>

#include "something.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.something";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Something>("something", "Something-Something: version 2 (JSON) and version 1");
}
