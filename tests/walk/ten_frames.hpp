/// A video of ten frames, or of others, ten a second, under five steps of four that share one, as if it had been
/// opened.
#pragma once

#include <cstdint>
#include <memory>

#include "walk/clip_batch.hpp"

namespace pgt::walk {

inline sdk::Step step_of_four(std::int64_t index) {
  sdk::Step step;
  step.frames = {{index == 0 ? 0 : 1 + 3 * index, 4 + 3 * index}};
  step.overlap = {index == 0 ? 0 : 1};
  return step;
}

inline ClipBatch ten_frames(const config::DataOptions& data, std::int64_t frames = 10) {
  sdk::Plan plan;
  for (std::int64_t i = 0; i < 5; ++i) plan.steps.push_back(step_of_four(i));
  ClipBatch batch{PlanWalk(plan, {sdk::Pathway{}}), {ClipChoice{}}, {0}, {}, {}, {}, 0, false, nullptr};
  auto index = std::make_shared<video::VideoIndex>();
  index->time_base_den = 10;
  for (std::int64_t i = 0; i < frames; ++i) index->pts.push_back(i);
  index->end_pts = frames;
  index->fps = 10;
  video::ClipPlace place;
  place.frames = batch.walk.frames();
  batch.requests.push_back({index, video::sample_clip(*index, place, data), {}});
  return batch;
}

}  // namespace pgt::walk
