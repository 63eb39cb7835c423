#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

namespace pgt::nn {

/// A tensor of the CPU on a device. Does not wait for what is queued there, unlike `to(device)`.
at::Tensor sent(const at::Tensor& tensor, c10::Device device);

}  // namespace pgt::nn
