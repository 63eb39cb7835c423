/// A batch of clips on its way to the network: which videos, which frames of them, and the stream that decodes them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"
#include "run/events.hpp"
#include "video/fragment_stream.hpp"
#include "video/index_cache.hpp"
#include "walk/clip_choice.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::walk {

/// Where a batch is resumed that was under way when a checkpoint was made.
struct MiddleOfClip {
  std::int64_t step = 0;
  std::vector<std::size_t> videos;  ///< `ClipChoice::unit()` of each row then
  std::vector<std::size_t> alive;   ///< rows that were still in it
};

/// A clip whose video could not be opened.
struct Unreadable {
  std::size_t clip;  ///< place among the clips asked for
  run::BadFile file;
};

struct ClipBatch {
  PlanWalk walk;
  std::vector<ClipChoice> clips;             ///< as asked for
  std::vector<std::size_t> rows;             ///< row of the stream to place in `clips`
  std::vector<video::ClipRequest> requests;  ///< per row
  std::vector<Unreadable> unreadable;        ///< clips that have no row
  std::int64_t frames = 0;                   ///< grid frames of the longest clip
  bool resumed = false;                      ///< starts in the middle of the clip, as asked for
  std::int64_t units_done = 0;               ///< in training: units of the epoch that are done after this batch
  std::shared_ptr<video::Loader> loader{};
  std::shared_ptr<video::FragmentStream> stream{};
  bool last = false;  ///< in training: of its epoch

  /// Replaces the stream by one that begins at the clip's first step, with all rows.
  void decode_again();
  /// The file of each row.
  std::vector<std::string> files() const;
  /// `ClipChoice::unit()` of each row.
  std::vector<std::size_t> videos() const;
  /// The sample that a row shows.
  const ClipChoice& clip_of(std::size_t row) const { return clips[rows[row]]; }
  /// Seconds from the video's first frame of what a row shows in the step's window, ascending. More than one stretch
  /// where a clip that is too short starts over in the window.
  std::vector<std::vector<double>> window_seconds(std::size_t row, const sdk::Step& step) const;
  /// The classes of these stretches, and the boxes of the first.
  sdk::Target target(const sdk::Dataset& dataset, sdk::Split split, std::size_t row, const sdk::Step& step) const;
};

/// The frames that a clip shows of its video. Throws as video::sample_clip.
video::ClipFrames frames_of(const ClipChoice& clip, const PlanWalk& walk, const video::VideoIndex& index,
                            const config::DataOptions& data);

/// What decodes the batches of one pass over a dataset, which takes `clips_per_video` of each video one after another.
/// `memory`: for the frames.
std::shared_ptr<video::Loader> make_loader(const config::DataOptions& data, std::int64_t clips_per_video,
                                           std::pmr::memory_resource* memory = std::pmr::new_delete_resource());

/// Indexes the videos, chooses frames and crops, starts decoding. The clips' pictures have one shape. Throws
/// Error(config) where samples have an anchor but the plan takes whole videos. `phase` is what a bad file is
/// reported under. Where `middle` is given and the rows are still those that it names, decoding starts at its step;
/// else at the first. Throws video::Stopped soon after the loader's `stop` is requested.
std::unique_ptr<ClipBatch> open_batch(PlanWalk walk, std::vector<ClipChoice> clips, video::IndexCache& videos,
                                      const std::shared_ptr<video::Loader>& loader, const config::DataOptions& data,
                                      const std::string& phase,
                                      const std::optional<MiddleOfClip>& middle = std::nullopt);

/// The places of `rows` among `alive`, of which they are a part; both ascending.
std::vector<std::int64_t> places_of(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& alive);

}  // namespace pgt::walk
