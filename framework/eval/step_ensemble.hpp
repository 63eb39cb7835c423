/// The scores of a clip out of those of its steps, and of a video out of those of its clips.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"

namespace pgt::eval {

/// What a plan's ensemble means for a task; never `automatic`.
sdk::Ensemble resolve_ensemble(sdk::Ensemble ensemble, sdk::Task task);

/// Takes the probabilities of a clip's steps one after another, in memory that does not grow with the steps. What comes
/// out is between 0 and 1, but for `Ensemble::reference`, which adds up.
class StepEnsemble {
 public:
  /// Resolved: not `automatic`.
  explicit StepEnsemble(sdk::Ensemble ensemble) : ensemble_(ensemble) {}

  /// Of each class, in every step as many.
  void add(std::span<const double> probabilities);
  /// Empty where no step was added. NaN in any step that counts gives NaN in the end.
  std::vector<double> result() const;

 private:
  sdk::Ensemble ensemble_;
  std::int64_t steps_ = 0;
  std::vector<double> values_;
};

/// Takes the probabilities of a video's clips one after another: they are averaged (cross entropy, one label) or their
/// maximum is taken (several), as the reference does (docs/method.md M4.3).
class ClipEnsemble {
 public:
  explicit ClipEnsemble(config::Loss loss) : loss_(loss) {}

  /// What a StepEnsemble results in.
  void add(std::vector<double> clip);
  /// Empty where no clip was added.
  std::vector<double> result() const;

 private:
  config::Loss loss_;
  std::int64_t clips_ = 0;
  std::vector<double> values_;
};

/// The larger of each two, in place; what is not a number stays so.
void keep_larger(std::vector<double>& values, std::span<const double> others);

}  // namespace pgt::eval
