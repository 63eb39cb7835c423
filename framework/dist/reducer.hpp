/// Adds up the gradients of all ranks.
///
/// Note [Sent during the backward]
/// Gradients travel in flat buckets, so that a network of many small tensors takes few messages. The ranks' parameters
/// are the same, in the same order, and buckets leave in the reverse of it, which is about that in which a backward
/// makes gradients. In the last backward before an update, a bucket leaves when the backward has added to all of its
/// gradients and those before it have left; when the backward has ended, all that are left do. So every rank sends the
/// same buckets one after another with no other message between them, also a rank without a backward, and whichever
/// gradients it lacks: these are zeros.
///
/// A gradient may change after it has left, where a network of a plugin begins a backward of its own within the
/// backward. The ranks tell each other, and such a bucket is sent again. So what is sent early changes no result.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "dist/group.hpp"

namespace pgt::dist {

class Reducer {
 public:
  Reducer(Group& group, std::vector<at::Tensor> parameters);

  /// Does the last backward before `reduce`, and sends gradients on the way. All ranks call it, one that has no
  /// backward with what does nothing.
  void during(const std::function<void()>& backward);
  /// Makes each parameter's gradient the sum of all ranks' gradients. A rank that has none counts as zeros; where no
  /// rank has one, none has one afterwards.
  void reduce();
  /// The gradients that have been sent are not to be reduced.
  void forget();
  /// The same sums, one for each parameter (undefined: no rank has a gradient), and the gradients stay as they are.
  std::vector<at::Tensor> sums() const;

  /// How often `reduce` has been called.
  std::int64_t reductions() const { return reductions_; }
  Group& group() const { return group_; }

 private:
  using Bucket = std::vector<std::size_t>;  ///< of parameters
  /// A bucket that has left.
  struct Sent {
    at::Tensor flat;
    std::function<void()> wait;            ///< until `flat` is the sum
    std::vector<at::Tensor> gradients{};   ///< that it was filled from …
    std::vector<std::int64_t> versions{};  ///< … as they were
  };

  /// This rank's part of a bucket.
  at::Tensor filled(const Bucket& bucket) const;
  /// Sends the bucket after those that have left.
  void send_next(std::vector<Sent>& sent) const;
  bool changed(const Bucket& bucket, const Sent& sent) const;
  /// Sends what is left, and waits for all.
  std::vector<at::Tensor> finish(std::vector<Sent> sent) const;

  Group& group_;
  std::vector<at::Tensor> parameters_;
  std::vector<Bucket> buckets_;
  bool stays_on_device_;      ///< what is sent; else it goes by the CPU
  std::vector<Sent> sent_{};  ///< by `during`
  std::int64_t reductions_ = 0;
};

}  // namespace pgt::dist
