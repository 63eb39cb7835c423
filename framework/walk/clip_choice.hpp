/// Which clip of a video is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/frame_source.hpp>

#include "config/augment_options.hpp"
#include "config/run_options.hpp"
#include "video/index_cache.hpp"
#include "walk/epoch_order.hpp"

namespace pgt::walk {

/// Who makes the pictures of a split's samples, where they are not decoded from files.
struct Maker {
  const sdk::FrameSource* source = nullptr;  ///< null: they are files
  sdk::Split split = sdk::Split::train;
};

/// The maker of a dataset's pictures.
inline Maker maker_of(const sdk::Dataset& dataset, sdk::Split split) {
  return {sdk::extension_of<sdk::FrameSource>(dataset), split};
}

/// One clip asked for: a sample, and how its start and its crop are chosen.
struct ClipChoice {
  sdk::Sample sample;
  std::size_t index = 0;            ///< of the sample in its split
  Maker maker{};                    ///< of its pictures
  std::size_t lane = 0, lanes = 1;  ///< of the sample, the lane of so many that it is cut into
  // Training draws from (seed, epoch, unit()); evaluation takes view `view` of `views` and crop `crop` of `crops`, the
  // whole picture where `crops` is EvalOptions::whole_picture.
  bool draw = true;
  bool may_mirror = true;  ///< see DatasetInfo
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
  const config::AugmentOptions* augment = nullptr;  ///< what to do to the pixels; null: nothing
  std::int64_t view = 0, views = 1;
  std::int64_t crop = 0, crops = 1;

  /// What the clip is of, in a number: the sample, or its lane.
  std::size_t unit() const { return index * lanes + lane; }
};

/// The index of the clip's video. Throws as video::IndexCache::get.
std::shared_ptr<const video::VideoIndex> index_of(const ClipChoice& clip, video::IndexCache& videos,
                                                  const config::DataOptions& data, std::stop_token stop = {});

/// Where in training clips are taken.
struct TrainingPass {
  std::size_t lanes = 1;  ///< that each video is cut into
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
};

/// The clips of these turns of the training split, chosen as training chooses them: when a unit comes again in an
/// epoch, anew. `augment` may be null, and must outlive them.
std::vector<ClipChoice> training_clips(const sdk::Dataset& dataset, std::span<const Turn> turns,
                                       const config::AugmentOptions* augment, const TrainingPass& pass);

}  // namespace pgt::walk
