/// Normalisation of feature maps (N, C, T, H, W).
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>

#include <pgt/sdk/batch_sums.hpp>

#include "models/common/batch_norm.hpp"
#include "models/common/norm_layout.hpp"

namespace pgt::models {

/// Running statistics of batches, under torch's names.
class RunningBuffers : public torch::nn::Module {
 public:
  explicit RunningBuffers(std::int64_t channels);
  at::Tensor mean, variance, batches;
};

/// batch      batch statistics in training, running ones in evaluation; momentum 0.1
/// sync_batch the same, of the rows of all processes that train together
/// sub_batch  the same for each of `splits` parts of the batch, row r being of part r mod splits; evaluation uses those
///            of all parts together, worked out when training mode ends (docs/method.md M3.6)
/// frozen     running statistics always; scale and shift are buffers too, so nothing is trained (docs/method.md M3.6)
/// group      statistics of each sample's groups of channels: the same in training and evaluation, whatever the batch
/// layer      statistics of each sample; neither scale nor shift
class Norm : public torch::nn::Module, public pgt::sdk::BatchSharing {
 public:
  Norm(const NormLayout& layout, std::int64_t channels);
  at::Tensor forward(const at::Tensor& x);
  /// What is below 0 made 0, and so that of the sum with `added`, of the same shape: Note [One pass over memory].
  at::Tensor relu_of(const at::Tensor& x);
  at::Tensor relu_of_sum(const at::Tensor& x, const at::Tensor& added);
  void train(bool on = true) override;
  bool share_batches(pgt::sdk::BatchSums& sums) override;
  /// The scale starts at 0. Not for frozen ones, which would stay there, layer, which has none, and sub_batch, as in
  /// the published code (docs/method.md M7.10).
  void start_at_zero();

 private:
  at::Tensor normalise(const at::Tensor& x, const Following& following);
  at::Tensor normalise_parts(const at::Tensor& x);
  BatchNorm with(const at::Tensor& mean, const at::Tensor& variance, bool batch_statistics) const;

  NormLayout layout_;
  at::Tensor weight_;
  at::Tensor bias_;
  at::Tensor running_mean_;
  at::Tensor running_var_;
  at::Tensor num_batches_tracked_;
  pgt::sdk::BatchSums* sums_ = nullptr;            ///< of NormKind::sync_batch, where there are other processes
  std::shared_ptr<RunningBuffers> whole_, parts_;  ///< of NormKind::sub_batch
};

}  // namespace pgt::models
