/// Whose names the tensors of a file have.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "contents.hpp"
#include "naming.hpp"

namespace pgt::weights {

struct Recognised {
  const Naming* naming = nullptr;  ///< the one that most names fit
  std::size_t of_network = 0;      ///< names that the network has, so translated
  std::size_t ours = 0;            ///< names that some network of ours may have
};

/// `network`: the names of the network that the tensors are wanted for; may be empty.
Recognised recognise(std::span<const NamedTensor> tensors, const std::set<std::string>& network);

}  // namespace pgt::weights
