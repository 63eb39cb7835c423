// libpgt_cuda.so: the one file that is built against the headers of CUDA and NCCL.
#define USE_C10D_NCCL  // as LibTorch was built: the header shows nothing without

#include <ATen/cuda/CUDAContext.h>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include "dist/cuda_sums.hpp"

namespace {

std::string name(c10::DeviceIndex gpu) {
  const cudaUUID_t& id = at::cuda::getDeviceProperties(gpu)->uuid;
  return {id.bytes, sizeof id.bytes};
}

c10::intrusive_ptr<c10d::Backend> join(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                       std::chrono::milliseconds limit) {
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = limit;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

}  // namespace

extern "C" const pgt::dist::CudaSums pgt_cuda_sums;
const pgt::dist::CudaSums pgt_cuda_sums{name, join};
