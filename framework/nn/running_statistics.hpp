/// The running statistics of batch normalisation: means and variances of what a layer has seen in training.
///
/// Note [Statistics of each step]
/// Progressive steps and batch normalisation do not go together by themselves. In training every step is normalised by
/// its own batch; the running statistics, which evaluation uses, mix all steps, though the first one sees no carried
/// frames and the later ones do. Precise statistics undo that: with the weights as they are, training clips are walked
/// as evaluation walks its own, and what each layer sees is averaged for every step by itself. Evaluation then puts a
/// step's statistics into the backbone before it runs that step. Nothing of this needs the backbone to know.
///
/// A backbone's running statistics are its buffers named `….running_mean` and `….running_var`, as torch names them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <pgt/sdk/backbone.hpp>

#include "nn/parameters.hpp"

namespace pgt::nn {

bool is_running_statistic(const Parameter& parameter);

/// Buffer name to value, on the CPU.
using Statistics = std::map<std::string, at::Tensor>;

/// A backbone's running statistics, to be read and replaced.
class RunningStatistics {
 public:
  explicit RunningStatistics(sdk::Backbone& backbone);
  Statistics copy() const;
  /// Replaces those that are named. Throws Error(plugin) for a name or a shape that the backbone does not have.
  void put(const Statistics& values);
  /// A layer whose batch had a single value of each channel, by its name: its variance has been NaN since then, though
  /// its mean is one. Empty where there is none. Waits for the device.
  std::string layer_of_single_values() const;

 private:
  std::map<std::string, at::Tensor> buffers_;  ///< the backbone's own
};

/// Tensors of these shapes and names, all of this value.
Statistics filled(const Statistics& like, double value);

/// By how much a training forward moves each running statistic towards the batch's, from 0 to 1: `momentum` in torch.
/// Measured: `forward` is one in training mode, called three times with the same input. Statistics that it does not
/// move are left out and left alone: frozen ones. Changes the others.
std::map<std::string, double> momenta_of(RunningStatistics& running, const std::function<void()>& forward);

/// The statistics of many batches as if they were one: the mean of means; the mean of variances and the variance of
/// means.
class AveragedStatistics {
 public:
  void add(const Statistics& batch);
  /// Throws std::logic_error without a batch.
  Statistics average() const;

 private:
  std::int64_t batches_ = 0;
  Statistics sums_;     ///< float64
  Statistics squares_;  ///< of the means
};

}  // namespace pgt::nn
