#include "walk/clip_choice.hpp"

#include <utility>

#include "base/random.hpp"

namespace pgt::walk {

std::shared_ptr<const video::VideoIndex> index_of(const ClipChoice& clip, video::IndexCache& videos,
                                                  const config::DataOptions& data, std::stop_token stop) {
  const video::Limits limits{data.max_pixels, data.max_frames};
  const auto& [source, split] = clip.maker;
  return source == nullptr ? videos.get(clip.sample.path, clip.sample.fps, std::move(stop), limits)
                           : videos.get_made(clip.sample.path, *source, split, clip.index, limits);
}

std::vector<ClipChoice> training_clips(const sdk::Dataset& dataset, std::span<const Turn> turns,
                                       const config::AugmentOptions* augment, const TrainingPass& pass) {
  const bool may_mirror = dataset.info().mirrored_is_the_same;
  const Maker maker = maker_of(dataset, sdk::Split::train);
  std::vector<ClipChoice> clips;
  for (const auto& [unit, again] : turns) {
    ClipChoice clip;
    clip.index = unit / pass.lanes;
    clip.lane = unit % pass.lanes;
    clip.lanes = pass.lanes;
    clip.sample = dataset.sample(sdk::Split::train, clip.index);
    clip.maker = maker;
    clip.may_mirror = may_mirror;
    clip.seed = again == 0 ? pass.seed : mix({pass.seed, again});
    clip.epoch = pass.epoch;
    clip.augment = augment;
    clips.push_back(std::move(clip));
  }
  return clips;
}

}  // namespace pgt::walk
