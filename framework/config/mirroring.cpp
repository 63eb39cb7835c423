#include "config/mirroring.hpp"

#include "base/sides.hpp"

namespace pgt::config {

std::string decide_mirroring(RunConfig& config, const sdk::DatasetInfo& dataset) {
  if (!config.data.flip) return "";
  if (!dataset.mirrored_is_the_same) {
    return "no clip is mirrored, whatever data.flip says: a mirrored video of this dataset has another class";
  }
  const std::optional<std::string> sided = name_with_a_side(dataset.classes);
  if (!sided) return "";
  Value& flip = config.data_section.values.at("flip");
  if (flip.position.line > 0) {
    return "half of the training clips are mirrored, as data.flip = true asks, although class \"" + *sided +
           "\" tells left from right";
  }
  flip.value = config.data.flip = false;
  return "no clip is mirrored, because class \"" + *sided +
         "\" tells left from right; data.flip = true mirrors them all the same";
}

}  // namespace pgt::config
