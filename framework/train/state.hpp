/// What a checkpoint holds, and who puts it there.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "train/progress.hpp"

namespace pgt::train {

struct Checkpoint {
  Progress progress;
  std::map<std::string, at::Tensor> tensors;  ///< "model/…", "momentum/…", "average/…", "gradient/…", "carry/…", …
  std::map<std::string, std::string> metadata;  ///< "classes", "config", … as JSON or text
  bool checked = false;                         ///< read from a file with a checksum, which version 0.1 did not write
};

/// Something that the rest of a run depends on. The loop asks all of them and knows none of what they keep.
class StatePart {
 public:
  virtual ~StatePart() = default;
  /// Adds its own to a checkpoint: tensors, on the CPU, under names that begin with a word of its own, or its part of
  /// the progress.
  virtual void save(Checkpoint& checkpoint) const = 0;
  /// Takes it from one.
  virtual void load(const Checkpoint& checkpoint) = 0;
};

}  // namespace pgt::train
