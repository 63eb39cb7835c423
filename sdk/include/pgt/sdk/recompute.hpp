/// Extension of a backbone whose stages can be computed once more in the backward, for `train.recompute`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::sdk {
inline namespace v1 {

/// A part of a network, such as a block, that makes one map of another.
using Part = std::function<at::Tensor(const at::Tensor& x, Carry& carry)>;

/// Computes parts of a network, and where the run file says so a second time for the backward, instead of keeping what
/// they need for it. Implemented by the host.
class Recomputer {
 public:
  virtual ~Recomputer() = default;
  /// `part(x, carry)`; `stage` is the stage that the part belongs to. The second time it runs in the backward, with the
  /// same dropout and precision; what came from the carry comes again, buffers below `stage` are put back afterwards.
  /// So a part must not throw away what it refers to (capture modules by shared_ptr), and nothing may change `x` in
  /// place.
  virtual at::Tensor run(const std::string& stage, const at::Tensor& x, Carry& carry, const Part& part) = 0;
};

class RecomputingBackbone {
 public:
  static constexpr std::string_view extension_id = "org.pgt.backbone.recomputing";
  virtual ~RecomputingBackbone() = default;
  /// The stages that it can compute again, in the order of the network, named as their parameters begin: "s2".
  virtual std::vector<std::string> stages() const = 0;
  /// From now on forwards go through `recomputer`, which outlives them, with every part of these stages. The more parts
  /// a stage has, the less there is at a time when they are computed again.
  virtual void recompute(Recomputer& recomputer) = 0;
};

}  // namespace v1
}  // namespace pgt::sdk
