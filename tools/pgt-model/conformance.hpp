/// What the host expects of every backbone, tried on one.
#pragma once

#include <functional>
#include <string>

#include <pgt/sdk/backbone.hpp>

#include "clip_shape.hpp"

namespace pgt::model {

struct Finding {
  enum class Outcome { holds, broken, untried };
  std::string rule;  ///< what a backbone does
  Outcome outcome = Outcome::holds;
  std::string text{};  ///< what it does instead, or why it was not tried
};

/// Tries every rule, on random pictures, on the CPU; in 64 bits where the backbone runs in them. Its parameters
/// have changed afterwards. `plugin` is its id, for messages. `report` gets each finding as it is found: large
/// backbones take minutes.
void check_conformance(sdk::Backbone& backbone, const std::string& plugin, const ClipShape& clip,
                       const std::function<void(const Finding&)>& report);

}  // namespace pgt::model
