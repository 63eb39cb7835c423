/// Sums in the middle of a forward or a backward, such as those of batch normalisation.
///
/// Note [Sums at different places]
/// Ranks whose videos have ended make no forward, and have no graph of steps that others still back-propagate through.
/// So the ranks first tell each other at which place each of them is, and only those at one place add up: in a forward
/// the foremost, in a backward the hindmost. The others count as zeros and wait for their own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <pgt/sdk/batch_sums.hpp>

#include "dist/group.hpp"

namespace pgt::dist {

class BatchSums final : public sdk::BatchSums {
 public:
  explicit BatchSums(Group& group) : group_(group) {}

  enum class Phase { alone, forward, backward };

  /// Does `work`, a forward or a backward of this step of a clip, and takes part in the sums of the other ranks until
  /// all are through. All ranks call it, those without work too.
  void during(Phase phase, std::int64_t step, const std::function<void()>& work);

  std::optional<std::int64_t> place() override;
  void add_up(std::int64_t place, at::Tensor& numbers) override;

 private:
  /// One sum, of those at the foremost or hindmost place. `own`: where this rank is; 0: through. The place of the sum;
  /// 0: all are through.
  std::int64_t round(std::int64_t own, at::Tensor* numbers);

  Group& group_;
  Phase phase_ = Phase::alone;
  std::int64_t next_ = 0;
};

}  // namespace pgt::dist
