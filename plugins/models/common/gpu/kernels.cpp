#include "models/common/gpu/kernels.hpp"

#include <ATen/Context.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <filesystem>
#include <utility>

namespace pgt::models::gpu {
namespace {

/// What is called of NVRTC and of CUDA's driver, as their headers declare it: a result is an int, 0 where all is well.
struct Cuda {
  int (*nvrtcCreateProgram)(void** program, const char* source, const char* name, int headers, const char* const* texts,
                            const char* const* names);
  int (*nvrtcCompileProgram)(void* program, int options, const char* const* texts);
  int (*nvrtcGetProgramLogSize)(void* program, std::size_t* bytes);
  int (*nvrtcGetProgramLog)(void* program, char* log);
  int (*nvrtcGetCUBINSize)(void* program, std::size_t* bytes);
  int (*nvrtcGetCUBIN)(void* program, char* code);
  int (*nvrtcDestroyProgram)(void** program);
  int (*cuCtxGetCurrent)(void** context);
  int (*cuDeviceGet)(int* device, int index);
  int (*cuDeviceGetAttribute)(int* value, int attribute, int device);
  int (*cuGetErrorString)(int error, const char** text);
  int (*cuModuleLoadData)(void** module, const void* code);
  int (*cuModuleGetFunction)(void** function, void* module, const char* name);
  int (*cuLaunchKernel)(void* function, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z, unsigned threads_x,
                        unsigned threads_y, unsigned threads_z, unsigned shared_bytes, void* stream, void** arguments,
                        void** extra);
};

/// Throws c10::Error where they are not there.
Cuda open_cuda() {
  Dl_info torch{};
  TORCH_CHECK(dladdr(reinterpret_cast<void*>(&at::globalContext), &torch) != 0, "LibTorch is in no library");
  // LibTorch's own way to NVRTC and the driver: a library that has nothing but finds both.
  const std::filesystem::path path = std::filesystem::path(torch.dli_fname).parent_path() / "libcaffe2_nvrtc.so";
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  TORCH_CHECK(library != nullptr, dlerror());
  Cuda cuda{};
  const auto find = [&]<class Function>(Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(dlsym(library, name));  // also in the libraries that it needs
    TORCH_CHECK(function != nullptr, "CUDA has no ", name);
  };
#define PGT_FIND(name) find(cuda.name, #name)
  PGT_FIND(nvrtcCreateProgram);
  PGT_FIND(nvrtcCompileProgram);
  PGT_FIND(nvrtcGetProgramLogSize);
  PGT_FIND(nvrtcGetProgramLog);
  PGT_FIND(nvrtcGetCUBINSize);
  PGT_FIND(nvrtcGetCUBIN);
  PGT_FIND(nvrtcDestroyProgram);
  PGT_FIND(cuCtxGetCurrent);
  PGT_FIND(cuDeviceGet);
  PGT_FIND(cuDeviceGetAttribute);
  PGT_FIND(cuGetErrorString);
  PGT_FIND(cuModuleLoadData);
  PGT_FIND(cuModuleGetFunction);
  PGT_FIND(cuLaunchKernel);
#undef PGT_FIND
  return cuda;
}

const Cuda& cuda() {
  static const Cuda opened = open_cuda();
  return opened;
}

void check(int error) {
  if (error == 0) return;
  const char* text = nullptr;
  cuda().cuGetErrorString(error, &text);
  TORCH_CHECK(false, "CUDA: ", text == nullptr ? "error " + std::to_string(error) : text);
}

/// LibTorch makes CUDA's context of a device current for a thread when it first works there.
void need_context(c10::Device device) {
  void* context = nullptr;
  check(cuda().cuCtxGetCurrent(&context));
  if (context == nullptr) at::zeros({1}, c10::TensorOptions().device(device));
}

/// As the compiler calls it: "sm_90".
std::string architecture_of(c10::Device device) {
  constexpr int major = 75, minor = 76;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_…
  int handle = 0;
  check(cuda().cuDeviceGet(&handle, device.index()));
  std::string name = "sm_";
  for (const int attribute : {major, minor}) {
    int value = 0;
    check(cuda().cuDeviceGetAttribute(&value, attribute, handle));
    name += std::to_string(value);
  }
  return name;
}

std::string compile(const char* source, std::vector<std::string> options) {
  void* program = nullptr;
  TORCH_CHECK(cuda().nvrtcCreateProgram(&program, source, "kernels.cu", 0, nullptr, nullptr) == 0, "no NVRTC program");
  std::vector<const char*> texts;
  for (const std::string& option : options) texts.push_back(option.c_str());
  const int failed = cuda().nvrtcCompileProgram(program, static_cast<int>(texts.size()), texts.data());
  std::size_t bytes = 0;
  std::string text;
  (failed ? cuda().nvrtcGetProgramLogSize : cuda().nvrtcGetCUBINSize)(program, &bytes);
  text.resize(bytes);
  (failed ? cuda().nvrtcGetProgramLog : cuda().nvrtcGetCUBIN)(program, text.data());
  cuda().nvrtcDestroyProgram(&program);
  TORCH_CHECK(!failed, "NVRTC: ", text);
  return text;
}

}  // namespace

struct Kernels::Module {
  void* handle = nullptr;  ///< null: they cannot run there. Never unloaded: work may be queued to the end.
  std::map<std::string, void*> functions{};
};

Kernels::Kernels(const char* source, std::vector<std::string> options)
    : source_(source), options_(std::move(options)) {}

Kernels::~Kernels() = default;

Kernels::Module* Kernels::module_on(c10::Device device) {
  std::unique_ptr<Module>& module = modules_[device.index()];
  if (module) return module.get();
  module = std::make_unique<Module>();
  try {
    const c10::DeviceGuard guard(device);
    need_context(device);
    std::vector<std::string> options = options_;
    options.push_back("-DTHREADS=" + std::to_string(threads));
    options.push_back("--gpu-architecture=" + architecture_of(device));
    check(cuda().cuModuleLoadData(&module->handle, compile(source_, options).data()));
  } catch (const c10::Error& error) {
    TORCH_WARN("this GPU goes without kernels that are faster than LibTorch's: ", error.what_without_backtrace());
    module->handle = nullptr;
  }
  return module.get();
}

bool Kernels::run_on(c10::Device device) {
  const std::lock_guard lock(mutex_);
  return module_on(device)->handle != nullptr;
}

void Kernels::queue(c10::Device device, const std::string& kernel, Grid grid, void** arguments) {
  const c10::DeviceGuard guard(device);
  need_context(device);
  void* function = nullptr;
  {
    const std::lock_guard lock(mutex_);
    Module& module = *module_on(device);
    void*& known = module.functions[kernel];
    if (known == nullptr) check(cuda().cuModuleGetFunction(&known, module.handle, kernel.c_str()));
    function = known;
  }
  void* const stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
  check(cuda().cuLaunchKernel(function, grid.x, grid.y, 1, threads, 1, 1, 0, stream, arguments, nullptr));
}

}  // namespace pgt::models::gpu
