#include "session/device.hpp"

#include <torch/torch.h>

#include <algorithm>

#include "base/error.hpp"
#include "dist/world.hpp"

namespace pgt::session {
namespace {

/// Passes on what LibTorch warns of, but for operations that have no such way: they are asked for where there is one.
class Warnings final : public c10::WarningHandler {
 public:
  void process(const c10::Warning& warning) override {
    if (warning.msg().find("deterministic") == std::string::npos) c10::WarningHandler::process(warning);
  }
};

/// See Note [The same bits on a GPU].
void ask_for_the_same_bits() {
  static Warnings warnings;
  c10::WarningUtils::set_warning_handler(&warnings);
  at::Context& context = at::globalContext();
  context.setDeterministicCuDNN(true);
  context.setDeterministicAlgorithms(true, /*warn_only=*/true);
  context.setDeterministicFillUninitializedMemory(false);  // nobody reads what was not written
}

/// The GPU of a process that is one of several on its machine.
c10::DeviceIndex own_gpu() {
  return static_cast<c10::DeviceIndex>(dist::world_of_environment().local_rank %
                                       std::max<std::size_t>(1, torch::cuda::device_count()));
}

c10::Device named_device(const std::string& option) {
  if (option == "auto")
    return torch::cuda::is_available() ? c10::Device(c10::kCUDA, own_gpu()) : c10::Device(c10::kCPU);
  c10::Device device(c10::kCPU);
  try {
    device = c10::Device(option);
  } catch (const c10::Error&) {
    throw Error(ExitCode::device, "train.device = \"" + option + "\" is not a device: use auto, cpu, cuda or cuda:N");
  }
  if (!device.is_cuda()) return device;
  const auto count = static_cast<std::int64_t>(torch::cuda::device_count());
  if (count == 0) throw Error(ExitCode::device, "train.device = \"" + option + "\", but no CUDA device can be used");
  if (device.index() >= count) {
    const std::string last = count > 1 ? " to cuda:" + std::to_string(count - 1) : "";
    throw Error(ExitCode::device, "train.device = \"" + option + "\", but there is only cuda:0" + last);
  }
  if (!device.has_index()) device.set_index(own_gpu());
  return device;
}

}  // namespace

c10::Device choose_device(const std::string& option) {
  const c10::Device device = named_device(option);
  if (device.is_cuda()) ask_for_the_same_bits();
  return device;
}

}  // namespace pgt::session
