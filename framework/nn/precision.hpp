/// In which numbers a network computes.
///
/// Note [Precision]
/// Weights, gradients, losses and the optimizer's state are float32 whatever train.precision says. With "bf16" or
/// "fp16" LibTorch's autocast gives convolutions and products inputs of 16 bits, and what follows takes what it gets:
/// the maps between the layers, which fill the memory, and the slots of the carry have 16 bits then. What needs more
/// (softmax, statistics) is computed in float32 by LibTorch's lists. Scores leave `scores` as float32. A backward needs
/// no autocast: every operation goes back in the type in which it went forward.
///
/// With "fp16" small gradients would vanish, so that the loss is scaled: train/loss_scale.hpp. "tf32" rounds the inputs
/// of products on a GPU to 10 bits and changes nothing else; "fp32" rounds nothing. "auto" is "tf32" on a GPU, where
/// "fp32" takes several times as long, and "fp32" on a CPU.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <functional>
#include <string>

#include <pgt/sdk/backbone.hpp>

#include "config/run_options.hpp"

namespace pgt::nn {

class Precision {
 public:
  /// float32
  Precision() = default;
  /// Never stays `automatic`. Throws Error(config) where the device cannot do it.
  Precision(config::Precision kind, c10::Device device);

  /// Whether forwards are cast to 16 bits.
  bool half() const { return kind_ == config::Precision::bf16 || kind_ == config::Precision::fp16; }
  c10::ScalarType type() const { return kind_ == config::Precision::bf16 ? c10::kBFloat16 : c10::kHalf; }
  c10::DeviceType device() const { return device_; }
  /// "bf16", as in the run file.
  std::string name() const;
  /// What there is to tell about its speed on this machine; empty: nothing.
  std::string warning() const;
  /// Says how float32 itself is computed in this process, backward passes included: "fp32" or "tf32".
  void apply_to_float32() const;

 private:
  config::Precision kind_ = config::Precision::fp32;
  c10::DeviceType device_ = c10::kCPU;
};

/// While it lives, this thread's forwards compute in the given precision.
class Autocast {
 public:
  explicit Autocast(const Precision& precision);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  Precision precision_;
  bool enabled_before_ = false;
  c10::ScalarType type_before_ = c10::kFloat;
};

/// What `forward` computes in this precision, in float32 (in float64 where the network is).
at::Tensor computed(const Precision& precision, const std::function<at::Tensor()>& forward);

/// The host's one forward: the backbone's scores.
at::Tensor scores(sdk::Backbone& backbone, const sdk::Fragment& fragment, sdk::Carry& carry,
                  const Precision& precision = {});

}  // namespace pgt::nn
