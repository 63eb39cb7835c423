/// What the processes that train one run say to each other.
///
/// All ranks make the same calls in the same order. A call ends when the ranks that it needs have made it; where one of
/// them has died or does not answer within the group's time limit, it throws Error that names that rank and, where it
/// left some, its last words. Results are the same on all ranks, to the bit. A rank that is alone calls nobody: nothing
/// else in the host knows whether there are others, or how they are reached.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace pgt::dist {

/// Thread: one at a time.
class Group {
 public:
  virtual ~Group() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// The texts of all ranks, by rank, on each of them.
  virtual std::vector<std::string> gather(std::string own) = 0;
  /// The same on rank 0 only; the others get nothing.
  virtual std::vector<std::string> collect(std::string own) = 0;
  /// Adds up the numbers of all ranks, place by place, rank after rank. As many on each.
  virtual void sum(std::span<double> numbers) = 0;
  /// Whether `begin_sum` takes tensors on this device; on the CPU it does. All ranks call it before they rely on it.
  virtual bool sums_on(c10::Device device) { return device.is_cpu(); }
  /// Begins the same with a contiguous tensor of floating-point numbers, in an order that is the group's, and returns
  /// what waits for the end: until then, the tensor is the group's. Other calls may be made in between; all ranks begin
  /// all of them in the same order.
  virtual std::function<void()> begin_sum(at::Tensor& numbers) = 0;
  void sum(at::Tensor& numbers) { begin_sum(numbers)(); }
  /// Leaves these last words to the others, whose calls then fail with them, and waits a few seconds until they have
  /// been heard. This rank calls nothing after it.
  virtual void leave(ExitCode, const std::string&) {}

  /// A note for whoever comes after these ranks, and what those before them have left: where a launcher starts all of
  /// them again after one has failed (torchrun). Empty: nothing.
  virtual void leave_note(const std::string&) {}
  virtual std::string note() { return ""; }

  bool first() const { return rank() == 0; }
  bool alone() const { return size() == 1; }
};

/// A process without others.
class Alone final : public Group {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  std::vector<std::string> gather(std::string own) override { return {std::move(own)}; }
  std::vector<std::string> collect(std::string own) override { return {std::move(own)}; }
  void sum(std::span<double>) override {}
  std::function<void()> begin_sum(at::Tensor&) override {
    return [] {};
  }
};

/// One for whoever needs a group and was given none.
Group& alone();

/// What a rank wants to do between two steps; `agree` says what all do: what any of them wants.
struct Decision {
  bool stop = false;
  bool save = false;
};
Decision agree(Group& group, Decision own);

}  // namespace pgt::dist
