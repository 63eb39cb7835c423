/// The batches of an epoch of training clips: the one way in which such clips are chosen and opened.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>

#include <pgt/sdk/dataset.hpp>

#include "config/augment_options.hpp"
#include "config/run_options.hpp"
#include "walk/batch_share.hpp"
#include "walk/clip_batch.hpp"
#include "walk/epoch_order.hpp"

namespace pgt::walk {

/// What training clips are made of.
struct TrainingData {
  const sdk::Dataset& dataset;
  const config::DataOptions& data;
  const config::AugmentOptions* augment;  ///< what is done to the pixels; null: nothing
  std::int64_t lanes;                     ///< that each video is cut into
  std::int64_t batch_size;
  std::uint64_t seed;
  std::pmr::memory_resource* memory = std::pmr::new_delete_resource();  ///< for frames
  BatchShare share{};                                                   ///< of each batch, that is opened
};

/// Where an epoch begins or is resumed.
struct EpochPlace {
  std::int64_t epoch = 0;
  std::int64_t unit = 0;                 ///< units that are done
  std::int64_t iteration = 0;            ///< of the first batch, since the start of training
  std::optional<MiddleOfClip> middle{};  ///< of the first batch, all its rows
};

class EpochBatches {
 public:
  /// The plan of a batch, by its iteration since the start of training.
  using PlanOf = std::function<PlanWalk(std::int64_t iteration)>;

  /// `phase` is what bad files are reported under. `videos` must outlive this object, as must what `what` refers to.
  EpochBatches(TrainingData what, std::string phase, PlanOf plan, EpochPlace from, video::IndexCache& videos);

  /// Units in the epoch.
  std::int64_t units() const { return order_.size(); }
  /// The next batch, or the share of it, opened, its decoding started; null after the last.
  std::unique_ptr<ClipBatch> next();
  /// What decodes all of them.
  const std::shared_ptr<video::Loader>& loader() const { return loader_; }

 private:
  TrainingData what_;
  std::string phase_;
  PlanOf plan_;
  EpochPlace place_;  ///< of the next batch
  EpochOrder order_;
  video::IndexCache& videos_;
  std::shared_ptr<video::Loader> loader_;
};

}  // namespace pgt::walk
