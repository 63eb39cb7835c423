/// Sums between GPUs, which libpgt_cuda.so has: the engine itself needs no CUDA library and runs without one.
#pragma once

#include <c10/core/Device.h>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>
#include <string>

namespace pgt::dist {

/// What that library exports, as `pgt_cuda_sums`.
struct CudaSums {
  /// A name that no other GPU has.
  std::string (*name)(c10::DeviceIndex gpu);
  /// Adds up tensors of all ranks, each of which has a GPU of its own, through NCCL. `limit`: of a sum, after which the
  /// process ends.
  c10::intrusive_ptr<c10d::Backend> (*join)(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                            std::chrono::milliseconds limit);
};

/// Null where the library was not built, or LibTorch's CUDA library has not been loaded.
const CudaSums* cuda_sums();

}  // namespace pgt::dist
