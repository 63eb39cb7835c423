#include "train/micro_batch.hpp"

#include <algorithm>

#include "config/setting_error.hpp"

namespace pgt::train {

std::int64_t micro_batch(const config::TrainOptions& options, const Progress& progress) {
  return options.micro_batch == config::TrainOptions::automatic_micro_batch ? progress.micro_batch
                                                                            : options.micro_batch;
}

std::string halve_micro_batch(const nn::FullMemory& full, const config::TrainOptions& options, Progress& progress) {
  const std::int64_t present = full.rows();
  if (options.micro_batch != config::TrainOptions::automatic_micro_batch || present <= 1) throw full;
  progress.micro_batch = (present + 1) / 2;
  return "memory ran out with " + std::to_string(present) +
         " videos at a time; from now on train.micro_batch = " + std::to_string(progress.micro_batch) +
         ", and the clip begins again";
}

std::string no_micro_batches(const sdk::Plan& plan) {
  constexpr const char* instead = "use a smaller train.batch_size with train.accumulate, which gives the same gradient";
  if (plan.passes == sdk::Passes::two) {
    return std::string("the schedule learns in two passes, whose head sees all videos at once: ") + instead;
  }
  const bool crosses = std::ranges::any_of(plan.steps, [&](const sdk::Step& step) {
    const bool continues = &step != &plan.steps.front() || plan.repeat_from.has_value();
    return continues && (!step.detach || step.gradient_reach > 0);
  });
  if (!crosses) return "";
  return std::string("gradients flow from step to step, so that the steps of all videos are kept in any case: ") +
         instead + ", or a schedule that cuts them (in pgt detach = true)";
}

void check_micro_batch(const sdk::Plan& plan, std::int64_t rows) {
  const std::string why = no_micro_batches(plan);
  if (rows == 0 || why.empty()) return;
  throw config::SettingError("train.micro_batch", "train.micro_batch saves nothing with this schedule: " + why);
}

}  // namespace pgt::train
