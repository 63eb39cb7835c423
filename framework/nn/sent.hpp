#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

namespace pgt::nn {

/// A tensor of the CPU on a device. Sending it waits for nothing that is queued there, as `to(device)` does.
at::Tensor sent(const at::Tensor& tensor, c10::Device device);

}  // namespace pgt::nn
