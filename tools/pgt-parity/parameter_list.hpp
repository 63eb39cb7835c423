/// The lists of tensors in a golden folder's parameters.json.
#pragma once

#include <nlohmann/json.hpp>

#include <pgt/sdk/backbone.hpp>

namespace pgt::parity {

/// Throws Error(data) that names the first difference between the backbone's tensors and `list`: names, shapes and
/// order, of parameters and of buffers, and the sums of their standard fill.
void compare_with_list(sdk::Backbone& backbone, const nlohmann::json& list);

}  // namespace pgt::parity
