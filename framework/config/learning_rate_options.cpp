#include "config/learning_rate_options.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace pgt::config {

void LearningRateOptions::describe(sdk::Options& o) {
  o("learning_rate", learning_rate)
      .at_least(0)
      .help("learning rate after the warm-up; the default suits SGD, Adam and AdamW want about 0.001");
  o("policy", policy,
    {{"cosine", LearningRatePolicy::cosine},
     {"step", LearningRatePolicy::step},
     {"constant", LearningRatePolicy::constant},
     {"linear", LearningRatePolicy::linear},
     {"poly", LearningRatePolicy::poly},
     {"exponential", LearningRatePolicy::exponential},
     {"one_cycle", LearningRatePolicy::one_cycle}})
      .help("how the learning rate changes over the epochs");
  o("milestones", milestones)
      .at_least(0)
      .unit("epochs")
      .help("policy \"step\": epochs at which the learning rate is multiplied by gamma");
  o("gamma", gamma).range(0, 1).help("the factor at each milestone; of policy \"exponential\", of each epoch");
  o("power", power).at_least(0).only_with("policy", {"poly"}).help("power of the share of the training that is left");
  o("pct_start", pct_start)
      .range(0, 1)
      .only_with("policy", {"one_cycle"})
      .help("share of all updates in which the learning rate rises");
  o("div_factor", div_factor)
      .at_least(1)
      .only_with("policy", {"one_cycle"})
      .help("the cycle starts at learning_rate divided by this");
  o("final_div_factor", final_div_factor)
      .at_least(1)
      .only_with("policy", {"one_cycle"})
      .help("the cycle ends at its start divided by this");
  o("min_learning_rate", min_learning_rate)
      .at_least(0)
      .only_with("policy", {"cosine", "step", "linear", "poly", "exponential"})
      .help("the floor: cosine, linear and poly end there, step and exponential do not go below it");
  o("warmup_epochs", warmup_epochs)
      .at_least(0)
      .unit("epochs")
      .help("length of the linear warm-up from warmup_start to learning_rate");
  o("warmup_iterations", warmup_iterations)
      .at_least(0)
      .unit("iterations")
      .help("the same length in iterations, in place of warmup_epochs");
  o("warmup_start", warmup_start).at_least(0).help("learning rate at the start of the warm-up");
  o("base_batch_size", base_batch_size)
      .range(0, 1'000'000)
      .unit("videos")
      .help(
          "batch size that the learning rates are meant for: they are multiplied by batch_size * accumulate / "
          "base_batch_size; 0: they are taken as they are");
}

void LearningRateOptions::check(sdk::Problems& problems, std::int64_t epochs) const {
  const std::string last = std::to_string(epochs);
  const bool warms_up = warmup_epochs > 0 || warmup_iterations > 0;
  if (warmup_epochs >= static_cast<double>(epochs)) {
    problems.push_back({"warmup_epochs", "must be less than epochs (" + last + ")"});
  }
  if (warmup_epochs > 0 && warmup_iterations > 0) {
    problems.push_back({"warmup_iterations", "is the same as warmup_epochs: leave one of them out"});
  }
  if (warmup_start > 0 && !warms_up) {
    problems.push_back({"warmup_start", "needs warmup_epochs or warmup_iterations above 0"});
  }
  if (policy == LearningRatePolicy::one_cycle && warms_up) {
    problems.push_back({warmup_epochs > 0 ? "warmup_epochs" : "warmup_iterations",
                        "must be 0 with policy = \"one_cycle\", which rises by itself (pct_start)"});
  }
  if (policy == LearningRatePolicy::step && milestones.empty()) {
    problems.push_back({"policy", "\"step\" needs milestones"});
  }
  if (policy != LearningRatePolicy::step && !milestones.empty()) {
    problems.push_back({"milestones", "needs policy = \"step\""});
  }
  if (std::adjacent_find(milestones.begin(), milestones.end(), std::greater_equal()) != milestones.end()) {
    problems.push_back({"milestones", "must ascend"});
  }
  if (!milestones.empty() && *std::max_element(milestones.begin(), milestones.end()) >= static_cast<double>(epochs)) {
    problems.push_back({"milestones", "must be below epochs (" + last + ")"});
  }
  if (min_learning_rate > learning_rate) {
    problems.push_back({"min_learning_rate", "must not be above learning_rate"});
  }
}

}  // namespace pgt::config
