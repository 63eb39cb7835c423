#include <pgt/sdk/plugin.hpp>

#include "kinetics.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.kinetics";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Kinetics>("kinetics", "Kinetics: official CSV files, or lists of paths and labels");
}
