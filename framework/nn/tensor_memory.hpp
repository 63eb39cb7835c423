/// Host memory for tensors that stays flat however many steps a clip has.
///
/// Progressive steps free and allocate hundreds of large blocks of two or three shapes over and over. glibc either maps
/// and unmaps each one (flat, but page faults double the time of small networks) or keeps them in its heap, which
/// fragments by gigabytes. Here freed blocks are kept and handed out again: after the first two steps nothing new is
/// asked of the system. Figures: docs/memory.md.
#pragma once

#include <cstdint>

namespace pgt::nn {

/// From now on tensors on the CPU take their memory here. Call before the first tensor is made.
void use_tensor_memory();

/// Gives blocks that no tensor uses back to the system: between phases of different shapes (training, evaluation).
void release_unused_tensor_memory();

/// Bytes that tensors use, and bytes kept for the next ones.
struct TensorMemory {
  std::int64_t used = 0;
  std::int64_t kept = 0;
};
TensorMemory tensor_memory();

}  // namespace pgt::nn
