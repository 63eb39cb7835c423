/// Weights that training starts from.
#pragma once

#include <string>

#include "session/session.hpp"

namespace pgt::session {

/// Loads the file that `train.init` names, if it names one: what `pgt-host weights import` wrote, or a checkpoint of
/// another run. The head stays as it was initialised where the file has none, or one of another size or of other
/// classes. Returns a line for the log, empty where nothing was loaded. Throws Error(config) if there is no such file;
/// Error(plugin) that names the file and lists every tensor that is missing, unknown, of another shape or not finite.
std::string load_initial_weights(Session& session);

}  // namespace pgt::session
