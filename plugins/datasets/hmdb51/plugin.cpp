#include <pgt/sdk/plugin.hpp>

#include "hmdb51.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.hmdb51";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Hmdb51>("hmdb51", "HMDB51: CLASS_test_split files");
}
