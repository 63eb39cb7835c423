/// What the section [model] of a run file should say, read from the names and shapes of a file's tensors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "contents.hpp"
#include "naming.hpp"

namespace pgt::weights {

struct ModelLine {
  std::string key;  ///< `use`, or an option of that backbone
  sdk::OptionValue value;
  std::vector<sdk::OptionValue> as_good{};  ///< other values that fit these tensors
  bool in_shapes = true;                    ///< a wrong value would give tensors of other names or shapes
};

struct ModelSection {
  std::vector<ModelLine> lines;  ///< `use` first; empty where no network of ours has such tensors
  std::int64_t classes = 0;      ///< of the head; 0: it has none
  std::string foreign;           ///< where `lines` is empty: what it is, if that is known
};

/// Of weights whose names are of `naming`.
ModelSection read_model(const std::vector<NamedTensor>& weights, const Naming& naming);

}  // namespace pgt::weights
