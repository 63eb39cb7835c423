#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <vector>

namespace pgt::nn {

/// A tensor of the CPU on a device. Does not wait for what is queued there, unlike `to(device)`.
at::Tensor sent(const at::Tensor& tensor, c10::Device device);

/// Vectors of one device, one after another: float64 on the CPU. In one copy, since each waits for what is queued
/// there.
at::Tensor received(std::vector<at::Tensor> vectors);

}  // namespace pgt::nn
