/// What LibTorch shares among all code of a process, and a backbone must leave as it found it.
#pragma once

#include <span>
#include <string>

#include "rule.hpp"
#include "tried.hpp"

namespace pgt::model {

struct TorchState {
  bool gradients = true;       ///< of this thread
  int threads = 1;             ///< within an operator
  std::string default_type{};  ///< of tensors of floating point
  bool deterministic = false;
  static TorchState now();
};

struct TorchRule {
  check::RuleText text;
  check::Seen (*check)(const TorchState& before);
};

std::span<const TorchRule> rules_of_torch_state();

/// Makes a backbone, scores a clip where that is possible, and destroys it.
void use_once(const Tried& tried);

}  // namespace pgt::model
