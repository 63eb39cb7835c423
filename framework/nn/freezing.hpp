/// Parameters that are not trained: `train.freeze`.
///
/// A frozen parameter needs no gradient, so that autograd keeps nothing for it, and nothing at all below the lowest
/// parameter that is trained. A module all of whose parameters are frozen stays in evaluation mode: the statistics of
/// its normalisations are what the parameters were trained with, and stay with them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/parameters.hpp"

namespace pgt::nn {

struct Frozen {
  std::vector<Parameter> parameters;
  std::int64_t values = 0;             ///< numbers that these have
  std::vector<std::string> modules;    ///< whose parameters are all frozen; none is below another
  std::vector<Parameter> statistics;   ///< running statistics below these
  std::vector<std::string> unmatched;  ///< patterns that no parameter matches
};

/// What the patterns name, with `*` and `?` for any text. A pattern that matches a module matches all below it.
Frozen find_frozen(const std::vector<Parameter>& parameters, std::span<const std::string> patterns);

/// Names of all parameters, and of the modules that they are below: what a pattern may match.
std::vector<std::string> names_to_freeze(const std::vector<Parameter>& parameters);

/// Freezes them, until the backbone is gone. Throws Error(config) if it cannot keep the statistics.
void freeze(sdk::Backbone& backbone, const Frozen& frozen);

}  // namespace pgt::nn
