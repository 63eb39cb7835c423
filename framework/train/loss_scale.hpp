/// The factor that keeps small gradients from vanishing in fp16.
///
/// The loss is multiplied by it before the backward, the gradient divided by it after. A gradient that then overflows
/// is no failure: that update is left out and the scale halved; after 2000 updates without an overflow it is doubled.
/// Source: torch.amp.GradScaler, with its numbers.
#pragma once

#include <cstdint>

#include "train/state.hpp"

namespace pgt::train {

class LossScale final : public StatePart {
 public:
  /// Not `on`: the factor is 1 for good.
  explicit LossScale(bool on) : on_(on), factor_(on ? first : 1) {}

  double factor() const { return factor_; }
  /// Whether a smaller scale can help against a gradient that is not finite.
  bool can_shrink() const { return factor_ > 1; }
  /// An update's gradient was finite, or not.
  void succeeded();
  void overflowed();

  void save(Checkpoint& checkpoint) const override;
  /// Where the checkpoint has none, as before the first update.
  void load(const Checkpoint& checkpoint) override;

 private:
  static constexpr double first = 65536;
  static constexpr std::int64_t growth_interval = 2000;

  bool on_;
  double factor_;
  std::int64_t succeeded_ = 0;  ///< updates since the scale changed
};

}  // namespace pgt::train
