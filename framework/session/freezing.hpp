/// What `train.freeze` freezes.
#pragma once

#include <string>

#include "session/session.hpp"

namespace pgt::session {

/// Freezes the session's backbone. Throws Error(config) that points at the run file where a pattern matches nothing,
/// with the nearest names, or where nothing would be left to train.
void freeze(Session& session);

/// "s1, s2: 23 tensors with 225344 of 31634000 parameters"; empty where nothing is frozen.
std::string describe_frozen(const Session& session);

}  // namespace pgt::session
