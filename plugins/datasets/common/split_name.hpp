/// What people call the parts of a dataset.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <pgt/sdk/dataset.hpp>

namespace pgt::datasets {

inline const std::array<std::string, 3> split_names{"train", "val", "test"};  ///< by sdk::Split

/// The split that is meant by "train", "training", "val", "valid", "validation", "test" or "testing", in capitals or
/// not; nothing by any other word.
std::optional<sdk::Split> split_named(std::string_view name);

}  // namespace pgt::datasets
