/// What `train.recompute` computes again.
#pragma once

#include "session/session.hpp"

namespace pgt::session {

/// Makes the session's recomputer, where the backbone can use one. Throws Error(config) that points at the run file
/// where it cannot, but is to, or where a pattern matches no stage, with the nearest names.
void recompute(Session& session);

/// The stages of the session's backbone that can be computed again.
std::vector<std::string> recomputable_stages(const Session& session);

}  // namespace pgt::session
