#include <pgt/sdk/plugin.hpp>

#include "segments.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.dataset.segments";
  plugin.version = "0.1.0";
  plugin.add_dataset<pgt::datasets::Segments>(
      "segments",
      "annotated segments of whole videos: ActivityNet's JSON, to which THUMOS14, EPIC-Kitchens … are converted");
}
