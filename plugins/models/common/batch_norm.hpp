/// Batch normalisation together with what follows it in a residual block.
///
/// Note [One pass over memory]
/// Between two convolutions stand a normalisation, a ReLU, and at a block's end an addition. Each by itself is torch's,
/// and reads and writes a whole map. For maps with their channels last (LayoutForConvolutions), they are one loop here:
/// one to gather the statistics and one to write the result; backwards as many. The loops are NormLoops, on a CPU and
/// on a GPU. The statistics are those of torch, on a CPU gathered more exactly. Everywhere else torch's operations run
/// one after the other.
#pragma once

#include <torch/torch.h>

namespace pgt::models {

struct BatchNorm {
  at::Tensor weight, bias, running_mean, running_var;
  bool batch_statistics;  ///< and the running ones are moved towards them; otherwise the running ones are used
  double momentum, epsilon;
};

/// What follows a normalisation.
struct Following {
  at::Tensor added{};  ///< of the same shape; undefined: none
  bool relu = false;
};

/// As torch::batch_norm, then what follows.
at::Tensor batch_norm(const at::Tensor& x, const BatchNorm& norm, const Following& following = {});

/// What follows, alone, written to y where it can be.
at::Tensor follow(const at::Tensor& y, const Following& following);

}  // namespace pgt::models
