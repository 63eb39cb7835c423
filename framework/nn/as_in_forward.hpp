/// What a forward depends on beside its input: random numbers and precision.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <vector>

namespace pgt::nn {

/// As they are in this thread when it is made.
struct Conditions {
  explicit Conditions(c10::Device device);

  std::vector<c10::Device> devices;    ///< the network's, and the CPU
  std::vector<at::Tensor> generators;  ///< the state of the default generator of each
  bool autocast = false;               ///< on the network's device
  c10::ScalarType type = c10::kFloat;
};

/// While it lives, they are in this thread as they were; afterwards as they are now.
class AsInForward {
 public:
  explicit AsInForward(const Conditions& then);
  ~AsInForward();
  AsInForward(const AsInForward&) = delete;
  AsInForward& operator=(const AsInForward&) = delete;

 private:
  Conditions now_;
};

}  // namespace pgt::nn
