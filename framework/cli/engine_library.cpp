#include "cli/engine_library.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"
#include "cli/programs.hpp"
#include "plugin/handshake.hpp"

namespace pgt::cli {
namespace {

/// LibTorch looks for its CUDA half when it starts, so that must be there before it. On a machine without a driver
/// there is nothing to look for.
void open_cuda(const std::string& device, bool quiet) {
  const bool asked_for = device.starts_with("cuda");
  if (!asked_for && device != "auto") return;
  if (!asked_for && dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL) == nullptr) return;
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);  // Note [The same bits on a GPU]
  if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr) return;
  const std::string reason = dlerror();
  if (asked_for) {
    throw Error(ExitCode::device, "device = \"" + device +
                                      "\" needs LibTorch's CUDA library, which cannot be loaded: " + reason +
                                      "; run tools/quickstart --cuda, or set train.device to \"cpu\"");
  }
  if (!quiet) std::fprintf(stderr, "computing on the CPU: there is a GPU, but %s\n", reason.c_str());
}

}  // namespace

int run_engine(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  open_cuda(config.train.device, command.quiet);
  const std::filesystem::path path = host_program().parent_path() / "libpgt_engine.so";
  // Global: plugins refer to the same LibTorch.
  void* engine = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (engine == nullptr) {
    const std::string message = std::string("cannot load the engine: ") + dlerror();
    if (plugin::lacks_memory(message)) throw Error(ExitCode::device, message + ": there is not enough memory");
    if (!plugin::misses_torch(message)) throw Error(ExitCode::failure, message);
    throw Error(ExitCode::config, message + "; " + plugin::how_to_provide_torch());
  }
  auto* verb = reinterpret_cast<EngineMain*>(dlsym(engine, "pgt_engine_main"));
  if (verb == nullptr) throw Error(ExitCode::failure, path.string() + " is not an engine: " + dlerror());
  return verb(command, config, registry);
}

}  // namespace pgt::cli
