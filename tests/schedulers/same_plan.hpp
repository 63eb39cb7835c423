/// Whether two plans are learned in the same way.
#pragma once

#include <gtest/gtest.h>

#include <pgt/sdk/schedule.hpp>

namespace pgt {

/// `detach` of a clip's first step (index 0) says nothing: there is nothing before it.
inline testing::AssertionResult same_step(const sdk::Step& a, const sdk::Step& b, std::int64_t index) {
  const auto differ = [](const char* what) { return testing::AssertionFailure() << "they differ in " << what; };
  if (a.frames != b.frames) return differ("frames");
  if (a.overlap != b.overlap) return differ("overlap");
  if (a.positions != b.positions) return differ("positions");
  if (index > 0 && a.detach != b.detach) return differ("detach");
  if (a.backward != b.backward) return differ("backward");
  if (a.gradient_reach != b.gradient_reach) return differ("gradient_reach");
  if (a.optimizer_step != b.optimizer_step) return differ("optimizer_step");
  if (a.loss_weight != b.loss_weight) return differ("loss_weight");
  return testing::AssertionSuccess();
}

inline testing::AssertionResult same_plan(const sdk::Plan& a, const sdk::Plan& b) {
  const auto differ = [](const std::string& what) { return testing::AssertionFailure() << "they differ in " << what; };
  if (a.steps.size() != b.steps.size()) return differ("the number of steps");
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    const auto same = same_step(a.steps[i], b.steps[i], static_cast<std::int64_t>(i));
    if (!same) return differ("step " + std::to_string(i) + ": " + same.message());
  }
  if (a.clip.frames != b.clip.frames || a.clip.stride != b.clip.stride) return differ("the clip's frames");
  if (a.clip.size != b.clip.size || a.clip.batch != b.clip.batch) return differ("size or batch");
  if (a.carry.reduce != b.carry.reduce || a.carry.momentum != b.carry.momentum || a.carry.sites != b.carry.sites ||
      a.carry.head != b.carry.head || a.carry.head_reduce != b.carry.head_reduce) {
    return differ("the carry");
  }
  if (a.repeat_from != b.repeat_from) return differ("repeat_from");
  if (a.passes != b.passes || a.gradients != b.gradients || a.ensemble != b.ensemble || a.head_bins != b.head_bins) {
    return differ("passes, gradients, ensemble or head_bins");
  }
  if (a.learning_rate_scale != b.learning_rate_scale) return differ("learning_rate_scale");
  return testing::AssertionSuccess();
}

}  // namespace pgt
