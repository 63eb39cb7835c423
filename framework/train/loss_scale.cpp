#include "train/loss_scale.hpp"

namespace pgt::train {

void LossScale::succeeded() {
  if (!on_ || ++succeeded_ < growth_interval) return;
  factor_ *= 2;
  succeeded_ = 0;
}

void LossScale::overflowed() {
  if (!on_) return;
  factor_ /= 2;
  succeeded_ = 0;
}

void LossScale::save(Checkpoint& checkpoint) const {
  if (!on_) return;
  checkpoint.progress.learner.loss_scale = factor_;
  checkpoint.progress.learner.loss_scale_updates = succeeded_;
}

void LossScale::load(const Checkpoint& checkpoint) {
  const LearnerProgress& progress = checkpoint.progress.learner;
  if (!on_) return;
  factor_ = progress.loss_scale > 0 ? progress.loss_scale : first;
  succeeded_ = progress.loss_scale > 0 ? progress.loss_scale_updates : 0;
}

}  // namespace pgt::train
