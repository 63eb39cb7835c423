/// The network that weights are brought to.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "config/document.hpp"
#include "nn/parameters.hpp"
#include "verbs.hpp"

namespace pgt::weights {

struct Network {
  std::unique_ptr<sdk::Backbone> backbone;  ///< on the CPU
  config::Section model;                    ///< of the run file
  std::vector<std::string> classes;         ///< of the head's rows; empty where only their number is known
};

/// What the run file, or the run's folder, of a request describes; with the request's classes, where it has any.
Network open_network(const ImportRequest& request);

}  // namespace pgt::weights
