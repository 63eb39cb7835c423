/// Decides what becomes of the tensors that autograd saves for a backward: what
/// torch.autograd.graph.saved_tensors_hooks is in Python, which LibTorch offers to whoever replaces its engine.
#pragma once

#include <torch/csrc/autograd/saved_variable_hooks.h>

#include <memory>

namespace pgt::nn {

/// Gives each saved tensor an object that keeps it, or what it takes to have it again.
class SavedTensors {
 public:
  virtual ~SavedTensors() = default;
  /// Thread: that of the forward. What it returns is asked for the tensor in the thread of the backward, and may be
  /// destroyed in any.
  virtual std::unique_ptr<torch::autograd::SavedVariableHooks> hooks() = 0;
};

/// While it lives, what this thread's operations save goes to `to`; null: it is saved as usual. They nest.
class SavingTo {
 public:
  explicit SavingTo(SavedTensors* to);
  ~SavingTo();
  SavingTo(const SavingTo&) = delete;
  SavingTo& operator=(const SavingTo&) = delete;

  /// Where it goes now.
  static const SavedTensors* present();

 private:
  SavedTensors* before_;
};

}  // namespace pgt::nn
