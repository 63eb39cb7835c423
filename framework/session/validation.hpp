/// Evaluations during training: when one is due, what it reports, and what a checkpoint holds of it.
#pragma once

#include <cstdint>
#include <optional>

#include "eval/report.hpp"
#include "run/run.hpp"
#include "session/session.hpp"
#include "train/surroundings.hpp"

namespace pgt::session {

class Validation final : public train::Validation, public train::StatePart {
 public:
  /// Keeps references; results go to the run's folder and observer: null on a rank that leaves that to another one.
  /// `control` may end an evaluation early, on all ranks.
  Validation(Session& session, run::Run* run, train::Control& control)
      : session_(session), run_(run), control_(control) {}

  std::optional<train::Score> score(const train::Progress& progress) override;

  /// The precise statistics, where they are of the same weights.
  void save(train::Checkpoint& checkpoint) const override;
  /// So that a run that is stopped before its next step keeps them.
  void load(const train::Checkpoint& checkpoint) override;

 private:
  bool stopped() { return dist::agree(*session_.ranks, {.stop = control_.stop()}).stop; }
  bool due(const train::Progress& progress) const;
  void gather_statistics(const train::Progress& progress);
  /// What the evaluation says, written down and told where there is a run.
  train::Score record(const eval::Evaluation& evaluation, const train::Progress& progress, double seconds);

  Session& session_;
  run::Run* run_;
  train::Control& control_;
  std::int64_t gathered_at_ = -1;  ///< iterations that were finished when the statistics were gathered
};

}  // namespace pgt::session
