/// Finds backbones that keep a video's state in their own members instead of the carry.
#pragma once

#include <array>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::walk {

/// The fragments of two videos in one step.
using FragmentPair = std::array<sdk::Fragment, 2>;

/// Runs the steps of two videos one after the other, then interleaved, in evaluation mode. Throws Error(plugin) that
/// names `plugin` and the step if a score differs: then something crossed the border outside the carry.
void check_no_hidden_state(sdk::Backbone& backbone, const std::string& plugin, const sdk::CarryRule& rule,
                           const std::vector<sdk::Step>& steps, const std::vector<FragmentPair>& fragments);

}  // namespace pgt::walk
