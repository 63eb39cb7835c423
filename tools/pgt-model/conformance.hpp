/// What the host expects of every backbone, tried on one.
#pragma once

#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "measure.hpp"

namespace pgt::model {

struct Finding {
  enum class Outcome { holds, broken, untried };
  std::string rule;  ///< what a backbone does
  Outcome outcome = Outcome::holds;
  std::string text{};  ///< what it does instead, or why it was not tried
};

/// Tries every rule, on random pictures, on the CPU; in 64 bits where the backbone runs in them. Its parameters are
/// others afterwards.
/// `plugin` is its id, for messages.
std::vector<Finding> check_conformance(sdk::Backbone& backbone, const std::string& plugin, const ClipShape& clip);

}  // namespace pgt::model
