/// Networks of others that we do not have.
#pragma once

#include <span>
#include <string>

#include "contents.hpp"

namespace pgt::weights {

/// "MViT": the family whose names the tensors have; empty where they are of none that is known and not ours.
std::string foreign_family(std::span<const NamedTensor> tensors);

/// What to do with a network that we do not have: a sentence.
inline constexpr const char* how_to_bring =
    "Save the whole network as a TorchScript file and use it with [model] use = \"exported\" (docs/bring-a-model.md)";

}  // namespace pgt::weights
