/// Finds backbones that keep a video's state in their own members instead of the carry.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/precision.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::walk {

/// The fragments of each step, of two videos.
using TwoVideos = std::array<std::vector<sdk::Fragment>, 2>;

/// Runs the plan's steps on two videos, one after the other, then interleaved, in evaluation mode. Throws Error(plugin)
/// that names `plugin` and the step if a score differs: then something crossed the border outside the carry. So it does
/// if a score is not finite.
void check_no_hidden_state(sdk::Backbone& backbone, const std::string& plugin, const PlanWalk& plan,
                           const TwoVideos& videos, const nn::Precision& precision = {});

}  // namespace pgt::walk
