/// Turns losses into changed weights: backward, accumulation, clipping, the update rule, the average of the weights.
///
/// Note [What is gathered when]
/// A step's loss waits until the schedule asks for a backward; several may wait together. The gradients of backward
/// passes add up until an update, and with them the weights of their losses, by whose sum a mean is taken
/// (sdk::GradientScale). A checkpoint between two steps therefore holds the gathered gradients and those sums; it is
/// never made while a loss waits, whose graph no file can hold.
///
/// With train.accumulate = k the gradients of k batches add up before an update. A step's loss is the mean over its
/// batch's rows; each batch counts by its rows, and the mean over the steps is taken by the batch that has the most of
/// them. So k batches of b rows give the gradient of one of k·b, also where the last is smaller or some rows end early.
/// The update's learning rate is that of its first batch. At the end of an epoch there is an update of what there is.
///
/// Where several ranks train a run, each gathers what its own rows say, divided by what the rows of all ranks come to;
/// an update first adds the gradients of all ranks up, once, however many steps and batches it is made of. Where it is
/// known which backward is the last before it, that one sends them on the way. All else is the same on every rank: a
/// loss of which a rank has no row is gathered there too, as nothing.
///
/// Note [Updates that are skipped]
/// Where a loss or the gradient is not finite, the weights stay as they are: the update is skipped, and counted. After
/// train.max_skipped in a row the run ends. A gradient that overflowed because its loss was scaled for fp16 is not
/// counted (train/loss_scale.hpp). What makes weights infinite with a finite gradient is a learning rate that is out
/// of all reason: that ends the run at once, so that no checkpoint ever holds such weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "dist/reducer.hpp"
#include "nn/parameters.hpp"
#include "run/events.hpp"
#include "train/average.hpp"
#include "train/loss_scale.hpp"
#include "train/state.hpp"
#include "train/update_rule.hpp"

namespace pgt::train {

/// What became of the gathered gradients.
struct Update {
  double norm = 0;  ///< of the gradient, before clipping; NaN where it is not finite
  std::string
      skipped;  ///< why the weights stay as they were, if that counts as skipped: Note [Updates that are skipped]
};

class Learner final : public StatePart {
 public:
  /// Of `options`: clipping, accumulation, average, precision, skipping.
  Learner(std::vector<nn::Parameter> parameters, std::unique_ptr<UpdateRule> rule,
          const config::TrainOptions& options = {}, dist::Group& group = dist::alone());

  /// Gathers a step's loss, the mean over so many rows of its batch, times `weight`. Undefined: none of the rows are
  /// this rank's. `more`: a part of the step whose first part has been gathered, so that the step counts already.
  void add(const at::Tensor& loss, double weight, double rows = 1, bool more = false);
  /// Batches that are done and whose gradients wait for the rest of their update (train.accumulate).
  std::int64_t gathered_batches() const { return gathered_.shares > 0 ? gathered_.batches : 0; }
  /// Whether a loss waits for its backward.
  bool waits() const { return waits_; }
  /// Back-propagates what waits. `keep_graph`: for a later loss that reaches back through it.
  void back_propagate(bool keep_graph = false);
  /// The same where `update` or an `end_batch` that updates is next, so that gradients can go to the other ranks
  /// already. All ranks call it, also those on which nothing waits.
  void back_propagate_last() {
    reducer_.during([&] { back_propagate(); });
  }
  /// A loss is not finite: what waits is dropped, and the coming update will be skipped for this reason.
  void spoil(const std::string& why);
  /// Updates the weights by the gathered gradients and clears these. Nothing where none has been gathered. Throws
  /// Error(diverged) where weights are not finite afterwards; on a GPU, `save` or the next update does.
  std::optional<Update> update(double learning_rate, sdk::GradientScale scale);
  /// A batch is done: `update`, if it completes what one update is made of or is the `last` of its epoch.
  std::optional<Update> end_batch(double learning_rate, sdk::GradientScale scale, bool last);
  /// Whether `end_batch` will update.
  bool completes(bool last) const { return last || gathered_.batches + 1 >= accumulate_; }
  /// Forgets what is gathered.
  void drop();
  /// Throws Error(diverged) that names the iteration's files where too many updates in a row have been skipped.
  void stop_if_diverged(const run::IterationReport& report) const;

  /// How often the ranks' gradients have been added up.
  std::int64_t reductions() const { return reducer_.reductions(); }
  /// Of the weights, since the start of the training.
  std::int64_t updates() const { return updates_; }
  Average& average() { return average_; }
  /// 0: not scaled.
  double loss_scale() const { return scales_loss_ ? loss_scale_.factor() : 0; }

  /// The parts' state, and gathered gradients, those of all ranks added up, as "gradient/NAME". All ranks call it.
  void save(Checkpoint& checkpoint) const override;
  void load(const Checkpoint& checkpoint) override;

 private:
  std::vector<at::Tensor> gradients() const;
  /// Counts the present batch among those that are done.
  void close_batch();
  void clip(const std::vector<at::Tensor>& gradients, double norm, double factor) const;
  void check_weights();
  /// Throws Error(diverged) where the latest update made weights that are not finite.
  void expect_finite_weights() const;
  Update skip(std::string why);

  std::vector<nn::Parameter> parameters_;  ///< the trained ones
  dist::Reducer reducer_;
  std::unique_ptr<UpdateRule> rule_;
  double clip_norm_, clip_value_;
  std::int64_t accumulate_;
  double batch_size_;
  std::int64_t most_skipped_;
  bool scales_loss_;
  LossScale loss_scale_;
  Average average_;
  at::Tensor waiting_;
  bool waits_ = false;
  Gathered gathered_;
  at::Tensor finite_;                ///< whether the latest update's weights are: read when a GPU is waited for anyway
  std::int64_t updates_ = 0;         ///< that were not skipped
  std::int64_t skipped_in_row_ = 0;  ///< the latest ones
};

/// As [train] says.
Learner make_learner(sdk::Backbone& backbone, const config::TrainOptions& options, dist::Group& group = dist::alone());

/// Throws Error(config) where train.accumulate gathers batches, but the plan updates within a clip.
void check_accumulation(const sdk::Plan& plan, const config::TrainOptions& options);
/// The first step after which the weights are updated before the clip ends.
std::optional<std::size_t> update_within(const sdk::Plan& plan);

}  // namespace pgt::train
