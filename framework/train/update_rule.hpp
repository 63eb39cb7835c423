/// How gradients change weights: an optimizer's mathematics, one file each.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/optimizer_options.hpp"
#include "train/parameter_groups.hpp"
#include "train/state.hpp"

namespace pgt::train {

/// Its state (momentum and the like) is part of checkpoints, under names of its own.
class UpdateRule : public StatePart {
 public:
  /// Updates the parameters that have a gradient. May overwrite the gradients.
  virtual void update(double learning_rate) = 0;
  /// What its state takes once every parameter has been updated, in bytes.
  virtual std::int64_t state_bytes() const { return 0; }
};

/// The rule that [train] asks for.
std::unique_ptr<UpdateRule> make_update_rule(std::vector<ParameterGroup> groups,
                                             const config::OptimizerOptions& options);

/// The values laid out as the parameter is, which a network may change between two updates. The kernels for many
/// tensors need it: they walk over the memory of all tensors of a parameter alike, and compare strides, also those of
/// dimensions that have a single place.
at::Tensor same_layout(const at::Tensor& parameter, const at::Tensor& values);

/// `value` laid out in memory as `parameter` is, so that sums over it round as they did before it was saved. Throws
/// Error(plugin) naming `name` where the shapes differ.
at::Tensor laid_out_like(const at::Tensor& parameter, const at::Tensor& value, const std::string& name);

}  // namespace pgt::train
