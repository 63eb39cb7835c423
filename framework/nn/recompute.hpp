/// Stages of a network whose activations are computed again in the backward: `train.recompute`.
///
/// Note [Computing again]
/// The graph of a forward is the same as ever, but what the operations of a part save for the backward is not kept:
/// when the backward asks for the first of these tensors, the part is computed once more, from its input, and gives all
/// of them. So gradients are those of a run that keeps everything, bit for bit, also where they flow from step to step,
/// and any schedule may be used. The second computation is the first once more: dropout draws the same numbers (the
/// generators are put back where they were, and afterwards where they are), autocast is as it was, what came from the
/// carry comes again from a record, and the carry itself, which has gone on, is not touched. Buffers of the stage
/// (running statistics) are put back afterwards, so that they move once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/recompute.hpp>

namespace pgt::nn {

class StageRecomputer final : public sdk::Recomputer {
 public:
  /// Of this backbone, on the device where it stays; so far it computes nothing again. `plugin` is its id, for
  /// messages.
  StageRecomputer(std::string plugin, sdk::Backbone& backbone);
  ~StageRecomputer() override;

  /// From now on these stages are computed again, and no others.
  void choose(const std::vector<std::string>& stages);
  const std::vector<std::string>& stages() const { return names_; }

  at::Tensor run(const std::string& stage, const at::Tensor& x, sdk::Carry& carry, const sdk::Part& part) override;

 private:
  class Stage;
  class Computation;
  std::string plugin_;
  sdk::Backbone& backbone_;
  std::vector<std::string> names_;
  std::map<std::string, std::shared_ptr<Stage>> stages_;  ///< graphs may outlive the session
};

}  // namespace pgt::nn
