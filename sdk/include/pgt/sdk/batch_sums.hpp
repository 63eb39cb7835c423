/// Normalisation over the videos of all processes that train one run together.
///
/// A module that normalises by the statistics of a batch sees the videos of its own process. One that implements
/// `BatchSharing` adds its sums up over all processes, so that their batches count as one:
///
///     at::Tensor forward(const at::Tensor& x) {
///       const std::optional<std::int64_t> place = sums_ && is_training() ? sums_->place() : std::nullopt;
///       if (!place) return torch::batch_norm(…);
///       at::Tensor numbers = …;  // how many values, their sums, and those of their squares
///       sums_->add_up(*place, numbers);
///       …
///     }
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pgt::sdk {
inline namespace v1 {

/// What the host gives to those who share. Processes whose videos have all ended take part without a call.
/// Thread: that of `Backbone::forward`, and in a backward that of its autograd function.
class BatchSums {
 public:
  virtual ~BatchSums() = default;
  /// Of a forward in training: the place of one normalisation, which its sums name, those in the backward too. None:
  /// the batch is this process's alone.
  virtual std::optional<std::int64_t> place() = 0;
  /// Adds up `numbers` (float64, contiguous, on the CPU) over all processes, place by place. Throws where one of them
  /// has failed.
  virtual void add_up(std::int64_t place, at::Tensor& numbers) = 0;
};

/// Extension of a backbone that can share batches. `ModuleBackbone` passes the call to each of its modules that
/// implements it.
class BatchSharing {
 public:
  static constexpr std::string_view extension_id = "org.pgt.backbone.batch_sharing";
  virtual ~BatchSharing() = default;
  /// From now on adds up its sums there. Called once, before training; `sums` lives until training ends. False: there
  /// is nothing in it to add up.
  virtual bool share_batches(BatchSums& sums) = 0;
};

}  // namespace v1
}  // namespace pgt::sdk
