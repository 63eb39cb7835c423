/// Scores a split of a session's dataset.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "eval/report.hpp"
#include "session/session.hpp"

namespace pgt::session {

/// Told how many clips of how many are done; false ends the scoring.
using ClipProgress = std::function<bool(std::int64_t done, std::int64_t all)>;

eval::Evaluation evaluate_split(const Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress);

}  // namespace pgt::session
