#include "dist/cuda_sums.hpp"

#include <dlfcn.h>

namespace pgt::dist {

const CudaSums* cuda_sums() {
  // Beside the engine, and never closed.
  void* const library = dlopen("libpgt_cuda.so", RTLD_NOW | RTLD_LOCAL);
  return library == nullptr ? nullptr : static_cast<const CudaSums*>(dlsym(library, "pgt_cuda_sums"));
}

}  // namespace pgt::dist
