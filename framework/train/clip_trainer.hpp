/// Trains on one batch of clips: step by step as its plan says, forward, loss, backward, update.
///
/// Knows no video, file or epoch: frames and targets come with the walk, and what is learned goes to the Learner. What
/// tests of numbers prove of this class holds for training.
///
/// Note [A batch on several ranks]
/// Each rank walks over the rows that it has of a batch (walk::BatchShare) and knows the progress of all of them. The
/// ranks tell each other before a step which rows are there and which have broken and what the rows weigh, and after
/// its loss what they scored. So every rank divides by the rows of the whole batch, and decides what all others decide:
/// that the clip has ended, that a loss is not finite, when to update. A rank whose rows have ended, or that has none,
/// takes part without a forward. What a forward has moved of running statistics becomes the mean over the rows of all
/// ranks after every step, so that all ranks have the same at any time.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "dist/group.hpp"
#include "nn/kept_buffers.hpp"
#include "run/events.hpp"
#include "train/attempt.hpp"
#include "train/learner.hpp"
#include "train/lesson.hpp"
#include "train/mix.hpp"
#include "train/progress.hpp"
#include "train/step_loss.hpp"
#include "train/two_pass.hpp"
#include "walk/steps.hpp"

namespace pgt::train {

/// Which of a batch's rows a rank has.
struct OwnRows {
  std::size_t first = 0;
  std::size_t count = 0;
};

class ClipTrainer {
 public:
  using Failed = std::function<void(const std::vector<video::FailedRow>&)>;

  /// Keeps references to all but `mix`. `progress.clip` says where the clip begins or is resumed; it, and nothing else
  /// of the progress, is moved on. `steps` begins there too. `failed` is called, on all ranks, with a rank's own rows
  /// that leave because their video broke, before the step is done without them. `last`: no other batch of the epoch
  /// follows. `own`: all rows by default.
  ClipTrainer(const Lesson& lesson, Learner& learner, const sdk::Plan& plan, walk::Steps& steps, Mix mix,
              double learning_rate, Progress& progress, Failed failed, bool last = true,
              std::optional<OwnRows> own = {});

  /// Whether no gradient crosses into the next step: a checkpoint made now holds everything.
  bool at_rest() const { return at_rest_; }
  /// One step, and the update that follows it; false after the last, when all is learned. A clip in two passes has its
  /// steps twice. Where a step's loss is not finite, nothing can be learned from the rest of the clip, which is left
  /// out: Note [Updates that are skipped].
  bool step();

  /// What it took, by the clock: the whole clip, and of it waiting for frames.
  struct Seconds {
    double all, waiting;
  };
  /// The figures of the clip. `iterations`: in the epoch.
  run::IterationReport report(std::int64_t iterations, Seconds seconds) const;
  /// Of the last scores of each row: how many name the right class. Where moments are scored: as many rows as the share
  /// of their labelled moments that is right.
  double correct() const;
  /// Rows that count: none where boxes are scored and no step has shown one, or no moment was labelled.
  std::int64_t videos() const;

 private:
  std::optional<walk::Step> next();
  /// Tells and learns which rows are there and which have broken. False where none is there.
  bool meet(const std::vector<std::size_t>& rows);
  /// Tells and learns what the rows weigh, and how many boxes there are. Nothing of moments.
  void share_weights(const walk::Step& step, const StepLoss& loss);
  void share_buffers(const walk::Step& step);
  void seed_dropout(std::int64_t step);
  /// Does this rank's part of a forward or backward, in which the network may add up sums of all ranks.
  void together(dist::BatchSums::Phase phase, const std::function<void()>& work);
  /// Of some rows of the step, or of all.
  at::Tensor forward(const walk::Step& step, const sdk::Fragment& rows, sdk::Carry& carry);
  /// False where the loss is not finite.
  bool take(walk::Step& step);
  /// Forward, loss and backward. False where the loss is not finite, as with all that begin with `learn`; running
  /// statistics are then as before. So they are where memory runs out: throws nn::FullMemory.
  bool learn_step(const walk::Step& step);
  bool learn_rows(const walk::Step& step, Attempt& attempt);
  /// Loss by loss, each with its own backward: Note [Micro-batches].
  bool learn_parts(const walk::Step& step, StepLoss& loss);
  /// What this rank's rows said has been learned, if it was finite: ends the step together with the other ranks.
  bool conclude(const walk::Step& step, const StepLoss& loss, bool finite);
  void back_propagate(const walk::Step& step);
  /// Whether an update follows the step's backward, and no message but gradients is sent in between, on all ranks.
  bool is_last_backward(const walk::Step& step) const;
  /// Between two passes: the loss of the whole clip. False where there is nothing to learn from.
  bool learn_whole();
  /// From the scores of the next rows of the step.
  bool learn(const walk::Step& step, const at::Tensor& scores, StepLoss& loss);
  /// Rows of the step that go through the network at a time.
  std::int64_t at_a_time(const walk::Step& step) const;
  /// The groups of the whole clip, with those that only other ranks have, without rows.
  std::vector<TwoPass::Whole> all_wholes();
  void note_weights(const walk::Step& step, const at::Tensor& weights);
  /// Of the present step's loss.
  double divisor() const;
  void note(const std::optional<Update>& update);
  void end();

  const Lesson& lesson_;
  Learner& learner_;
  const sdk::Plan& plan_;
  walk::Steps& steps_;
  Mix mix_;
  double learning_rate_;
  Progress& progress_;
  ClipProgress& at_;
  sdk::Output output_;
  std::optional<TwoPass> two_pass_{};
  OwnRows own_;
  std::set<std::size_t> broken_{};  ///< this rank's rows whose video broke
  double boxes_ = 0;                ///< that the present step shows
  bool others_wait_ = false;        ///< a loss of the present step, of this rank or another one, waits
  bool at_rest_ = true;
  Failed failed_;
  bool last_;
  nn::KeptBuffers buffers_;         ///< as they were before the present step
  bool spoiled_ = false;            ///< by a loss that is not finite
  std::optional<Update> update_{};  ///< the latest
  std::string skipped_{};           ///< why the latest that was skipped was
};

}  // namespace pgt::train
