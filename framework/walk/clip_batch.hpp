/// A batch of clips on its way to the network: which videos, which frames of them, and the stream that decodes them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "config/augment_options.hpp"
#include "config/run_options.hpp"
#include "run/events.hpp"
#include "video/fragment_stream.hpp"
#include "video/index_cache.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::walk {

/// One clip asked for: a sample, and how its start and its crop are chosen.
struct ClipChoice {
  sdk::Sample sample;
  std::size_t index = 0;            ///< of the sample in its split
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

/// Where in training clips are taken.
struct TrainingPass {
  std::size_t lanes = 1;  ///< that each video is cut into
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
};

/// The clips of these units (`ClipChoice::unit()`) of the training split, chosen as training chooses them. `augment`
/// must outlive them.
std::vector<ClipChoice> training_clips(const sdk::Dataset& dataset, std::span<const std::size_t> units,
                                       const config::AugmentOptions& augment, const TrainingPass& pass);

/// Where a batch goes on that was under way when a checkpoint was made.
struct MiddleOfClip {
  std::int64_t step = 0;
  std::vector<std::size_t> videos;  ///< `ClipChoice::unit()` of each row then
  std::vector<std::size_t> alive;   ///< rows that were still in it
};

struct ClipBatch {
  PlanWalk walk;
  std::vector<ClipChoice> clips;              ///< as asked for
  std::vector<std::size_t> rows;              ///< row of the stream to place in `clips`
  std::vector<video::ClipRequest> requests;   ///< per row
  std::vector<run::BadFile> unreadable;       ///< clips that have no row: their video could not be opened
  std::vector<std::size_t> unreadable_clips;  ///< the same, places in `clips`
  std::int64_t frames = 0;                    ///< grid frames of the longest clip
  bool goes_on = false;                       ///< starts in the middle of the clip, as asked for
  std::shared_ptr<video::FragmentStream> stream;

  /// `ClipChoice::unit()` of each row.
  std::vector<std::size_t> videos() const;
  /// Seconds from the video's first frame of what a row shows in the step's window, ascending. More than one stretch
  /// where a clip that is too short starts over in the window.
  std::vector<std::vector<double>> window_seconds(std::size_t row, const sdk::Step& step) const;
  /// The classes of these stretches, and the boxes of the first.
  sdk::Target target(const sdk::Dataset& dataset, sdk::Split split, std::size_t row, const sdk::Step& step) const;
};

/// What decodes the batches of one pass over a data set, which takes `clips_per_video` of each video one after another.
std::shared_ptr<video::Loader> make_loader(const config::DataOptions& data, std::int64_t clips_per_video);

/// Indexes the videos, chooses frames and crops, starts decoding. Throws Error(config) where the clips' pictures have
/// more than one shape, or samples have an anchor but the plan takes whole videos. `phase` is what a bad file is
/// reported under. Where `middle` is given and the rows are still those that it speaks of, decoding starts at its step;
/// else at the first. Throws video::Stopped soon after the loader's `stop` is requested.
std::unique_ptr<ClipBatch> open_batch(PlanWalk walk, std::vector<ClipChoice> clips, video::IndexCache& videos,
                                      const std::shared_ptr<video::Loader>& loader, const config::DataOptions& data,
                                      const std::string& phase,
                                      const std::optional<MiddleOfClip>& middle = std::nullopt);

/// The places of `rows` among `alive`, of which they are a part; both ascending.
std::vector<std::int64_t> places_of(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& alive);

}  // namespace pgt::walk
