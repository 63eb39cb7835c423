/// What the update rules share: the groups, the tensors that are kept of each parameter, and their way into checkpoints
/// and back.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "train/update_rule.hpp"

namespace pgt::train {

/// One tensor of a rule's state.
struct StateTensor {
  std::string name;    ///< in a checkpoint it is "NAME/PARAMETER"
  bool count = false;  ///< a single float32 instead of one number for each of the parameter's
};

/// Updates many tensors by one kernel: one for each keeps a GPU waiting.
class GroupRule : public UpdateRule {
 public:
  /// `state` is kept of each parameter from its first update on, beginning with zeros.
  GroupRule(std::vector<ParameterGroup> groups, std::vector<StateTensor> state);

  void update(double learning_rate) final;
  std::int64_t state_bytes() const final;
  void save(Checkpoint& checkpoint) const final;
  /// What a checkpoint does not have begins anew. Throws Error(plugin) that names a tensor of another shape.
  void load(const Checkpoint& checkpoint) final;

 protected:
  /// The parameters of a group that have a gradient. All tensors of a parameter but counts are laid out alike.
  struct Batch {
    double weight_decay = 0;
    std::vector<at::Tensor> weights, gradients;
    std::vector<std::vector<at::Tensor>> state;  ///< of each StateTensor one for each parameter
  };

 private:
  /// At the group's own learning rate. Gradients are not recorded.
  virtual void apply(Batch& batch, double learning_rate) const = 0;

  struct Member {
    nn::Parameter parameter;
    std::vector<at::Tensor> state;  ///< empty before the first update
  };
  struct Group {
    double weight_decay = 0, learning_rate = 1;
    std::vector<Member> members;
  };
  Batch with_gradients(Group& group) const;

  std::vector<Group> groups_;
  std::vector<StateTensor> state_;
};

}  // namespace pgt::train
