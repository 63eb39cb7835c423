/// Progressive training: a clip of S steps, a small state carried from step to step (arXiv 2103.11313;
/// docs/method.md M1.1 to M3.3).
#pragma once

#include <pgt/sdk/schedule.hpp>

#include "schedulers/common/packing.hpp"
#include "schedulers/common/progression.hpp"

namespace pgt::schedulers {

/// When the parameters are updated.
enum class Update { clip, step };
/// What a validation clip is: the steps of training, or the whole clip in one pass.
enum class Evaluation { progressive, whole };

struct PgtOptions : Progression {
  std::int64_t fast_overlap = 0;  ///< frames of the pathways that are faster than the slowest; 0: overlap * ratio
  bool detach = true;
  Update update = Update::clip;
  Evaluation eval = Evaluation::progressive;
  std::int64_t head_bins = 4;
  /// `reference` (docs/method.md M7.1 to M7.4): the head's maximum is a mean, slower pathways see the frames of M5.8,
  /// gradients of the steps add up, every site carries.
  Compatibility compat = Compatibility::none;

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

class Pgt final : public sdk::Schedule {
 public:
  using Options = PgtOptions;
  Pgt(const Options& options, const sdk::ScheduleContext&) : options_(options) {}
  sdk::Plan plan(const sdk::PlanRequest& request) const override;

 private:
  sdk::Step step(std::int64_t index, const std::vector<sdk::Pathway>& pathways) const;
  std::vector<std::vector<std::int64_t>> reference_positions(const sdk::Step& step,
                                                             const std::vector<sdk::Pathway>& pathways) const;

  Options options_;
};

}  // namespace pgt::schedulers
