#include <pgt/sdk/plugin.hpp>

#include "ucf101.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.ucf101";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Ucf101>("ucf101", "UCF101: classInd.txt, trainlist and testlist");
}
