/// `check`: the first steps of the first batch, as training takes them.
#pragma once

#include <memory>
#include <vector>

#include "cli/engine/check_files.hpp"
#include "walk/clip_batch.hpp"
#include "walk/supply.hpp"

namespace pgt::cli {

struct FirstSteps {
  std::unique_ptr<walk::ClipBatch> batch;
  sdk::Plan plan;                       ///< of these steps alone
  std::vector<walk::Portion> portions;  ///< all of the same rows
  double seconds = 0;                   ///< that reading them took
};

/// Throws Error(data) where none of the batch's videos can be used.
FirstSteps read_steps(const session::Session& session, video::IndexCache& indexes, BadVideos& bad,
                      const run::Display& display);

}  // namespace pgt::cli
