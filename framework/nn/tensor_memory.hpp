/// Memory for tensors: on the host it stays flat however many steps a clip has.
///
/// Progressive steps free and allocate hundreds of large blocks of two or three shapes over and over. glibc either maps
/// and unmaps each one (flat, but page faults double the time of small networks) or keeps them in its heap, which
/// fragments by gigabytes. Here freed blocks are kept and handed out again: after the first two steps nothing new is
/// asked of the system. Figures: docs/memory.md.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace pgt::nn {

/// From now on tensors on the CPU take their memory here. Call before the first tensor is made.
void use_tensor_memory();

/// Gives blocks that no tensor uses back to the system: between phases of different shapes (training, evaluation).
void release_unused_tensor_memory();

/// Bytes that tensors use, bytes kept for the next ones, and the most that tensors have used at a time since
/// `release_unused_tensor_memory`.
struct TensorMemory {
  std::int64_t used = 0;
  std::int64_t kept = 0;
  std::int64_t most_used = 0;
};
TensorMemory tensor_memory();

/// How often the system has had no memory for a tensor on the CPU.
std::int64_t refused_allocations();

/// Bytes that tensors on the device use now.
std::int64_t used_bytes(c10::Device device);
/// Begins to measure `most_used_bytes` and `held_bytes` anew; memory that no tensor uses goes back to the system.
void reset_held_bytes(c10::Device device);
/// The most that tensors have taken since: on an accelerator what they have used at a time, on the CPU what they use
/// and what is kept for the next ones.
std::int64_t held_bytes(c10::Device device);
/// The most that tensors have used at a time since.
std::int64_t most_used_bytes(c10::Device device);
/// The most that is held on the CPU where tensors use at most `used` bytes at a time.
std::int64_t most_held_of(std::int64_t used);
/// Bytes of an accelerator's memory that this process has or can have; 0: it does not say.
std::int64_t device_capacity(c10::Device device);

/// The most bytes of an accelerator's memory that tensors have used at a time; 0 for the CPU.
std::int64_t peak_device_bytes(c10::Device device);

}  // namespace pgt::nn
