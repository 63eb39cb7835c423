/// Scores a split of a session's dataset.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "eval/evaluate.hpp"
#include "eval/report.hpp"
#include "session/session.hpp"

namespace pgt::session {

/// Told how many clips of how many are done; false ends the scoring.
using ClipProgress = std::function<bool(std::int64_t done, std::int64_t all)>;

/// Of these videos by the session's network, before any of them is scored.
eval::Evaluation evaluation_of(const Session& session, std::vector<sdk::Sample> videos);

/// What became of the videos.
void take(eval::Evaluation& evaluation, eval::Result result);

eval::Evaluation evaluate_split(const Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress);

}  // namespace pgt::session
