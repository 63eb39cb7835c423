/// The memory of a session's training: what it takes, what there is, and what would do where that is not enough.
#pragma once

#include <cstdint>
#include <functional>

#include "session/forecast.hpp"
#include "session/session.hpp"

namespace pgt::session {

/// The plan of the run that computes most at a time.
struct Largest {
  walk::PlanWalk walk;
  Shape shape;
};
/// Of the first iterations of epochs spread over the run. The dataset must be there.
Largest largest_plan(const Session& session);

/// Measures what tensors take from its construction on; memory that none of them uses is given back first.
class TrialMemory {
 public:
  explicit TrialMemory(const Session& session);
  /// Fills in the trial's bytes of tensors and gradients. `kept`: gradients of one backward were still there in the
  /// next. Otherwise they are made while activations are freed, and the peak may not include them.
  void tell(Trial& trial, bool kept) const;

 private:
  const Session& session_;
  std::int64_t before_;
};

/// What does not depend on how much is computed at a time.
Memory fixed_memory(const Session& session);

/// Bytes that training can have: of the accelerator's memory, or of the machine's, where the rest of the process has
/// its own. 0: unknown.
std::int64_t capacity(c10::Device device);

/// What would fit, to be shown: "train.micro_batch = 2 would fit: …"; empty where nothing is known.
std::string what_fits(const Session& session, const Trial& trial, const Largest& largest);

/// Runs `call`. Where memory runs out in it, tries a step of the largest plan with a video or two, and throws
/// nn::FullMemory that says what would fit.
int saying_what_fits(const Session& session, const std::function<int()>& call);

}  // namespace pgt::session
