/// How long the training clips are, beside the videos that they are taken from.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/run_options.hpp"
#include "video/clip_sampling.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::session {

/// A video that was opened, and a clip of it.
struct OpenedVideo {
  std::shared_ptr<const video::VideoIndex> index;
  video::ClipFrames clip;
};

/// Of clips whose frames are at a fixed rate (data.sampling = "dense") or, without seconds, spread over their videos.
struct ClipLengths {
  std::int64_t frames = 0;                     ///< of a clip; 0: as many as the video has
  std::int64_t most_steps = 0;                 ///< of a clip whose video has all its frames; 0: as many as it takes
  double steps = 0;                            ///< of a clip, on average
  double shortest_clip = 0, longest_clip = 0;  ///< seconds, at the rates of the videos or at data.fps
  double slowest_rate = 0, fastest_rate = 0;   ///< frames a second that are sampled
  double longest_video = 0;                    ///< seconds, of what a clip may show
  double repeated = 0;                         ///< share of the clips' frames that their videos do not have
  std::int64_t fitting_steps = 0;              ///< of the plan: those that the longest video has all frames of
  bool longer_than_all = false;                ///< no video has all the frames of its clip
};

/// Without videos what the plan alone says.
ClipLengths measure_clips(const std::vector<OpenedVideo>& videos, const walk::PlanWalk& plan,
                          const config::DataOptions& data);

}  // namespace pgt::session
