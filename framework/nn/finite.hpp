/// Whether weights are numbers.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace pgt::nn {

/// Throws Error(plugin) that names `file` and the tensors that hold NaN or infinite values: nothing can be learnt from
/// such weights, and what they score is not a prediction.
void check_finite(const std::map<std::string, at::Tensor>& tensors, const std::string& file);

}  // namespace pgt::nn
