/// Kernels for NVIDIA GPUs, from CUDA C++ that is compiled where it runs.
///
/// Note [Kernels without a compiler]
/// NVRTC, CUDA's run-time compiler, comes with the LibTorch that has CUDA. A source is compiled for the GPU at hand
/// when a kernel of it is first asked for, which takes a second at most. So neither CUDA's compiler nor its headers are
/// needed to build, one plugin serves machines with and without a GPU, and its kernels fit GPUs that came after it.
#pragma once

#include <c10/core/Device.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace pgt::models::gpu {

/// Blocks of threads.
struct Grid {
  unsigned x = 1, y = 1;
};

/// The kernels of a source, for every GPU on which they are asked for. Thread: any.
class Kernels {
 public:
  static constexpr int threads = 256;  ///< of a block

  /// `source`: its kernels are `extern "C"`; in it, THREADS is `threads`. `options`: for the compiler.
  Kernels(const char* source, std::vector<std::string> options);
  ~Kernels();

  /// Whether they can run there. Compiles them at first; where that fails, LibTorch's warning says why, once.
  bool run_on(c10::Device device);

  /// Queues a kernel on LibTorch's current stream of the device, on which they `run_on`. The arguments have the types
  /// of the kernel's parameters. Throws c10::Error.
  template <class... Arguments>
  void launch(c10::Device device, const std::string& kernel, Grid grid, Arguments... arguments) {
    void* addresses[] = {&arguments...};
    queue(device, kernel, grid, addresses);
  }

 private:
  struct Module;

  Module* module_on(c10::Device device);
  void queue(c10::Device device, const std::string& kernel, Grid grid, void** arguments);

  const char* source_;
  std::vector<std::string> options_;
  std::mutex mutex_{};
  std::map<c10::DeviceIndex, std::unique_ptr<Module>> modules_{};
};

}  // namespace pgt::models::gpu
