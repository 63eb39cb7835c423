/// Files that Python's torch.load reads, with weights_only=True.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "contents.hpp"

namespace pgt::weights {

/// Writes an OrderedDict of name to tensor; under the key `group` of a dictionary, unless that is empty. The tensors
/// are contiguous; their own groups do not matter. The same content gives the same bytes. Throws Error(io).
void write_state_dict(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                      const std::string& group);

}  // namespace pgt::weights
