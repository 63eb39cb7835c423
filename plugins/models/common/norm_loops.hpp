/// The loops of a batch normalisation in one pass over memory (Note [One pass over memory]), on a CPU and on a GPU.
///
/// Maps are (N, C, T, H, W) with their channels last: rows of C numbers (norm_rows.hpp).
#pragma once

#include <optional>

#include "models/common/batch_norm.hpp"
#include "models/common/norm_rows.hpp"

namespace pgt::models {

/// What comes back to a normalisation.
struct NormBack {
  at::Tensor gradient;  ///< of the result
  at::Tensor x, table;  ///< table: of NormLoops
  at::Tensor result;    ///< for Gate::by_result
  Gate gate;
  bool batch_statistics;
};

/// Sums over the rows of what comes back.
struct NormSums {
  at::Tensor to_weight, to_bias;  ///< their gradients
  at::Tensor slopes;              ///< (2, C): what the input's gradient loses to batch statistics, by row and for all
};

class NormLoops {
 public:
  virtual ~NormLoops() = default;

  /// Whether there are loops for this map.
  virtual bool take(const at::Tensor& x) const = 0;

  /// Scale, shift, mean and 1 / √(variance + ε) of each channel: (4, C) in the numbers that are computed with. Moves
  /// the running statistics where those of the batch are used.
  virtual at::Tensor channel_table(const at::Tensor& x, const BatchNorm& norm) const = 0;
  /// Like x.
  virtual at::Tensor normalised(const at::Tensor& x, const at::Tensor& table, const std::optional<at::Tensor>& added,
                                bool relu) const = 0;
  /// Behind Gate::by_result the gradient is also written to `behind`, which may be where it lies.
  virtual NormSums gradient_sums(const NormBack& back, const at::Tensor& behind) const = 0;
  /// Writes the gradient of the input, which may be where that of the result lies. `slopes`: of NormSums; may
  /// be undefined where the running statistics were used.
  virtual void put_input_gradient(const NormBack& back, const at::Tensor& slopes, const at::Tensor& to) const = 0;
};

const NormLoops& norm_loops_on_cpu();
const NormLoops& norm_loops_on_gpu();

}  // namespace pgt::models
