/// Tests of what needs an NVIDIA GPU: skipped where there is none.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt {

/// LibTorch looks for its CUDA half when it is first asked: to be called before any tensor is made.
inline bool has_gpu() {
  static const bool found = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL) != nullptr &&
                            dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr &&
                            torch::cuda::is_available();
  return found;
}

}  // namespace pgt

#define PGT_NEEDS_GPU() \
  if (!pgt::has_gpu()) GTEST_SKIP() << "there is no NVIDIA GPU, or LibTorch without CUDA"
