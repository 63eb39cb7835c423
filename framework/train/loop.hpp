/// The training loop: for each batch of clips the schedule's plan is executed step by step, the carry handed on.
///
/// Knows no model, data set or schedule, no file and no screen: it is given parts and tells an observer.
#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/augment_options.hpp"
#include "config/run_options.hpp"
#include "nn/carry.hpp"
#include "run/events.hpp"
#include "train/checkpoint.hpp"
#include "train/optimizer.hpp"
#include "walk/batch_feed.hpp"

namespace pgt::train {

/// What a run is made of.
struct Parts {
  sdk::Backbone& backbone;  ///< on `device`
  const sdk::Dataset& dataset;
  const sdk::Schedule& schedule;
  const config::TrainOptions& options;
  const config::DataOptions& data;
  const config::AugmentOptions& augment;
  c10::Device device;
};

/// What the loop asks of its surroundings.
struct Surroundings {
  run::Observer& observer;
  /// Keeps the checkpoint under a name ("last", "best").
  std::function<void(const std::string& name, Checkpoint)> keep;
  /// Between two steps: whether a checkpoint is due now, for time has passed.
  std::function<bool()> checkpoint_due;
  /// Between two steps, and now and then while the loop waits for frames: whether to save and stop.
  std::function<bool()> stop;
  /// After each epoch: the value of the task's metric, or nothing if none is due. Higher is better.
  std::function<std::optional<double>(const Progress&)> evaluate;
  /// Length of metrics.jsonl so far, for the checkpoint.
  std::function<std::int64_t()> metrics_bytes;
};

class Loop {
 public:
  Loop(Parts parts, Surroundings surroundings, std::map<std::string, std::string> metadata);

  /// Takes over where the checkpoint was made.
  void restore(const Checkpoint& checkpoint);
  /// Forgets what was done of the batch that is under way: carry, gradients and figures. Its first step is next.
  void start_clip_again();
  /// Trains to the end. False: it was told to stop, and the state is saved.
  bool run();

 private:
  /// What is under way between two steps of one batch of clips.
  struct Clip;

  bool train_epoch();
  bool train_clips(walk::ClipBatch& batch);
  at::Tensor forward(Clip& clip, sdk::Fragment fragment, bool gradient);
  /// `targets`: of each row of the scores.
  void learn(Clip& clip, const std::vector<std::size_t>& rows, const sdk::Step& step, const at::Tensor& scores,
             const std::vector<sdk::Target>& targets);
  void back_propagate(Clip& clip);
  void update(Clip& clip);
  void finish_iteration(const Clip& clip);
  void note_failed(const Clip& clip, const video::FailedRow& failed);
  void note_bad(std::size_t video, const run::BadFile& file);
  std::unique_ptr<walk::ClipBatch> open(std::int64_t iteration, const std::shared_ptr<video::Loader>& loader,
                                        const std::optional<walk::MiddleOfClip>& middle) const;
  /// Between two clips, also where the one that a run was resumed in has not begun again.
  void save(const std::string& name);
  /// In the middle of a clip, where no gradient crosses into its next step.
  void save(const std::string& name, const std::map<std::string, at::Tensor>& carry);

  Parts parts_;
  Surroundings around_;
  std::map<std::string, std::string> metadata_;
  Optimizer optimizer_;
  sdk::BackboneInfo info_;
  config::Loss loss_;
  std::int64_t classes_;
  std::size_t lanes_;               ///< of each video
  std::int64_t iterations_;         ///< in an epoch
  std::vector<std::size_t> order_;  ///< walk::ClipChoice::unit()
  mutable video::IndexCache videos_;
  Progress progress_;
  std::map<std::string, at::Tensor> resumed_carry_;  ///< until the clip that a run was resumed in goes on
};

}  // namespace pgt::train
