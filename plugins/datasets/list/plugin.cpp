#include <pgt/sdk/plugin.hpp>

#include "list.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.list";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::List>("list", "a CSV file: path,label[,start,end,split,group]");
}
