/// Turns losses into changed weights: backward, accumulation, clipping, the update rule.
///
/// Note [What is gathered when]
/// A step's loss waits until the schedule asks for a backward; several may wait together. The gradients of backward
/// passes add up until an update, and with them the weights of their losses, by whose sum a mean is taken
/// (sdk::GradientScale). A checkpoint between two steps therefore holds the gathered gradients and that sum; it is
/// never made while a loss waits, whose graph no file can hold.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "nn/parameters.hpp"
#include "train/state.hpp"
#include "train/update_rule.hpp"

namespace pgt::train {

class Learner final : public StatePart {
 public:
  /// `clip_gradient`: largest norm of the whole gradient; 0: it is not clipped.
  Learner(std::vector<nn::Parameter> parameters, std::unique_ptr<UpdateRule> rule, double clip_gradient);

  /// Gathers a step's loss, times `weight`.
  void add(const at::Tensor& loss, double weight);
  /// Whether a loss waits for its backward.
  bool waits() const { return waiting_.defined(); }
  /// Back-propagates what waits. `keep_graph`: for a later loss that reaches back through it.
  void back_propagate(bool keep_graph = false);
  /// Updates the weights by the gathered gradients and clears these. Returns the gradient's norm before clipping,
  /// or nothing where none has been gathered. Throws Error(diverged) if it is not finite.
  std::optional<double> update(double learning_rate, sdk::GradientScale scale);
  /// Forgets what is gathered.
  void drop();

  /// The rule's state, and gathered gradients as "gradient/NAME".
  void save(Checkpoint& checkpoint) const override;
  void load(const Checkpoint& checkpoint) override;

 private:
  std::vector<nn::Parameter> parameters_;  ///< the trained ones
  std::unique_ptr<UpdateRule> rule_;
  double clip_gradient_;
  at::Tensor waiting_;
  double gathered_weight_ = 0;
};

/// As [train] says.
Learner make_learner(sdk::Backbone& backbone, const config::TrainOptions& options);

}  // namespace pgt::train
