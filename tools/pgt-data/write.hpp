/// A whole dataset on disk.
#pragma once

#include <filesystem>

#include "memory.hpp"
#include "order.hpp"

namespace pgt::synth {

enum class Outcome { written, already_there };

/// Makes the videos in parallel, in a folder beside `folder` that takes its name when all is done. A `folder` that
/// holds this very dataset is left as it is. Throws Error(usage) for options that contradict each other and Error(io)
/// when `folder` holds anything else or the disk fails.
Outcome write_order(const OrderOptions& options, const std::filesystem::path& folder);

/// The same of the task "memory": videos/, and a class for each frame in the files of MS-TCN (groundTruth/,
/// mapping.txt, splits/train.split1.bundle and splits/test.split1.bundle).
Outcome write_memory(const MemoryOptions& options, const std::filesystem::path& folder);

}  // namespace pgt::synth
