/// A plugin's backbone behind the host's guard.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/plugin.hpp>

#include "plugin/registry.hpp"

namespace pgt::nn {

/// Makes the backbone that `use = name` names. Every call turns what it throws into Error(plugin) "plugin ID,
/// Backbone::forward: …"; forward's result is checked: defined, floating point, shape (N, P, K), P = 1 in training.
/// Initial weights depend on `seed` alone. Extensions are guarded in the same way (guarded_extensions.hpp); of
/// one that the host does not know a caller gets the plugin's own, and guards its calls. Throws Error(config) that
/// names the layer where batch normalisation has a single value of each channel to learn from.
std::unique_ptr<sdk::Backbone> make_backbone(plugin::Registry& registry, const std::string& name,
                                             const sdk::OptionSet& options, const sdk::BackboneContext& context,
                                             std::uint64_t seed);

/// The same of a factory that is at hand; `plugin` is what the errors call it.
std::unique_ptr<sdk::Backbone> make_backbone(const std::string& plugin, const sdk::BackboneFactory& factory,
                                             const sdk::OptionSet& options, const sdk::BackboneContext& context,
                                             std::uint64_t seed);

}  // namespace pgt::nn
