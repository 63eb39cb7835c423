/// `check`: what training will see of the dataset.
#pragma once

#include "session/clip_lengths.hpp"
#include "session/session.hpp"

namespace pgt::cli {

/// Classes, training videos of each, and what the dataset has to say.
void check_data(const session::Session& session);

/// The length of the clips, beside that of the videos that were opened, and the size of a batch. False where a warning
/// has been printed: every clip is longer than its video.
bool check_clips(const session::Session& session, const session::ClipLengths& lengths);

}  // namespace pgt::cli
