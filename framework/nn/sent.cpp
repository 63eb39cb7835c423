#include "nn/sent.hpp"

#include <torch/torch.h>

namespace pgt::nn {

at::Tensor sent(const at::Tensor& tensor, c10::Device device) {
  // From pinned memory, which lives until the copy is done.
  return device.is_cuda() ? tensor.pin_memory().to(device, /*non_blocking=*/true) : tensor.to(device);
}

at::Tensor received(std::vector<at::Tensor> vectors) {
  for (at::Tensor& vector : vectors) vector = vector.to(torch::kDouble);
  return at::cat(vectors).cpu();
}

}  // namespace pgt::nn
