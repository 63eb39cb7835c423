/// `check`: the memory that training will take, forecast and measured.
#pragma once

#include <vector>

#include "cli/engine/first_steps.hpp"
#include "nn/activations.hpp"
#include "session/memory.hpp"
#include "video/index_cache.hpp"

namespace pgt::cli {

/// Of the first of the steps: what the network keeps of it, by stage.
std::vector<nn::StageBytes> activations_of(const session::Session& session, const FirstSteps& read);

/// Prints what the largest batches of the run will take, part by part, and what would do where there is less. Returns
/// the whole, on the device.
std::int64_t print_memory(const session::Session& session, const FirstSteps& read, const session::Trial& trial,
                          const std::vector<nn::StageBytes>& stages);

/// `--probe`: trains on such a batch, of the first videos, and prints what that took beside the forecast. The learning
/// rate is 0.
void probe_memory(const session::Session& session, video::IndexCache& indexes, std::int64_t forecast);

}  // namespace pgt::cli
