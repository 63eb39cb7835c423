#include "nn/as_in_forward.hpp"

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include <mutex>

namespace pgt::nn {
namespace {

at::Tensor state_of_generator(c10::Device device) {
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(generator.mutex());
  return generator.get_state();
}

void establish(const Conditions& conditions) {
  for (std::size_t i = 0; i < conditions.devices.size(); ++i) {
    at::Generator generator = at::globalContext().defaultGenerator(conditions.devices[i]);
    const std::lock_guard lock(generator.mutex());
    generator.set_state(conditions.generators[i]);
  }
  const c10::DeviceType device = conditions.devices.front().type();
  at::autocast::set_autocast_enabled(device, conditions.autocast);
  at::autocast::set_autocast_dtype(device, conditions.type);
}

}  // namespace

Conditions::Conditions(c10::Device device)
    : devices{device},
      autocast(at::autocast::is_autocast_enabled(device.type())),
      type(at::autocast::get_autocast_dtype(device.type())) {
  if (!device.is_cpu()) devices.emplace_back(c10::kCPU);
  for (const c10::Device& each : devices) generators.push_back(state_of_generator(each));
}

AsInForward::AsInForward(const Conditions& then) : now_(then.devices.front()) {
  establish(then);
  at::autocast::increment_nesting();
}

AsInForward::~AsInForward() {
  // Weights that were cast here are of a graph that is thrown away.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  establish(now_);
}

}  // namespace pgt::nn
