/// What the loop asks of the world around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/events.hpp"
#include "train/score.hpp"
#include "train/state.hpp"

namespace pgt::train {

/// Decides when training saves and stops. The loop acts on it at one place (`Loop::go_on`), where many processes can
/// agree; elsewhere `stop` only ends a wait.
class Control {
 public:
  virtual ~Control() = default;
  /// Whether to save and stop: once true, true for good. Also asked now and then while frames are waited for.
  virtual bool stop() = 0;
  /// Whether a checkpoint is due, because time has passed.
  virtual bool checkpoint_due() = 0;
};

/// Keeps checkpoints.
class Keeper {
 public:
  virtual ~Keeper() = default;
  /// Under a name: "last", "best", or `kept_name`. Throws Error(io).
  virtual void keep(const std::string& name, const Checkpoint& checkpoint) = 0;
};

/// Scores the network between two epochs.
class Validation {
 public:
  virtual ~Validation() = default;
  /// After the epoch that `progress` is at the end of; nothing where none is due, or where it was interrupted.
  virtual std::optional<Score> score(const Progress& progress) = 0;
};

struct Surroundings {
  run::Observer& observer;
  Control& control;
  Keeper& keeper;
  Validation& validation;
  std::vector<StatePart*> state{};  ///< what checkpoints hold besides network, learner, carry and progress
  std::int64_t keep_every = 0;      ///< epochs; a checkpoint after each so many stays for good; 0: none
};

}  // namespace pgt::train
