/// What a network keeps of a step for its backward: measured, by stage.
///
/// A backward frees what was kept, from the last stage to the first. How much is left when the gradient of a stage's
/// parameter is made tells the stages apart, whatever they are made of.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/precision.hpp"

namespace pgt::nn {

/// Bytes of a stage.
struct StageBytes {
  std::string stage;
  std::int64_t bytes = 0;
};

/// By an outermost module ("s1", "head"), or by the layers of a backbone that tells them (sdk::LayeredBackbone): of
/// each trained parameter in the order in which it is visited.
std::vector<std::string> stages_of(sdk::Backbone& backbone);

/// Of the first step of a clip, which is computed and back-propagated: of the stages in the order of the network.
/// Drops gathered gradients; running statistics stay as they are. Throws as a forward does.
std::vector<StageBytes> measure_activations(sdk::Backbone& backbone, const sdk::Fragment& fragment,
                                            const sdk::CarryRule& rule, const sdk::Step& step,
                                            const Precision& precision, c10::Device device);

}  // namespace pgt::nn
