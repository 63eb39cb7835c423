#include <pgt/sdk/plugin.hpp>

#include "folder.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.folder";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Folder>("folder", "a folder of videos for each class");
}
