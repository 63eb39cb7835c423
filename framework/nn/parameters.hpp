/// A backbone's tensors by name, and what is done to all of them.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::nn {

struct Parameter {
  std::string name;
  at::Tensor tensor;  ///< the backbone's own (a handle to the same storage)
  sdk::Role role = sdk::Role::weight;
  bool is_buffer() const { return role == sdk::Role::buffer; }
  /// Not so where it is frozen.
  bool trained() const { return !is_buffer() && tensor.requires_grad(); }
};

/// In the backbone's order, each tensor once: under the first of its names.
std::vector<Parameter> parameters(sdk::Backbone& backbone);

/// Those of them that are trained.
std::vector<Parameter> trained(std::vector<Parameter> parameters);

/// How many numbers its parameters have, frozen ones too: what is called the size of a network.
std::int64_t parameter_values(sdk::Backbone& backbone);
/// How many of them are trained.
std::int64_t trained_values(sdk::Backbone& backbone);

/// Moves every tensor; floating-point ones also take `type`.
void move(sdk::Backbone& backbone, c10::Device device, c10::ScalarType type);

/// Name to a copy on the CPU, of all parameters and buffers.
std::map<std::string, at::Tensor> state(sdk::Backbone& backbone);

/// Copies `state` into the backbone. Throws Error(plugin) that lists missing, unexpected and wrongly shaped names.
void load_state(sdk::Backbone& backbone, const std::map<std::string, at::Tensor>& state);

}  // namespace pgt::nn
