/// The host's own sections of a run file, described with the same mechanism as a plugin's options.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "config/learning_rate_options.hpp"
#include "config/optimizer_options.hpp"

namespace pgt::config {

enum class ShortSideDraw { uniform, inverse };
enum class ChannelOrder { rgb, bgr };
/// The numbers that a network computes in: see Note [Precision]. `automatic`: tf32 on a GPU, fp32 on a CPU.
enum class Precision { automatic, fp32, tf32, bf16, fp16 };
enum class Loss { automatic, cross_entropy, binary_cross_entropy };
/// What a class counts in the loss; docs/method.md M3.10.
enum class ClassWeights { none, balanced, table };
/// What an epoch takes as often as the rest: each video, or each class.
enum class Balance { none, classes };
/// Which frames of a video a clip shows; docs/sampling.md.
enum class Sampling { dense, segment, uniform };
/// What becomes of a video that has fewer frames than a clip.
enum class ShortVideo { hold, loop, mask, skip };

/// [train]
struct TrainOptions : LearningRateOptions, OptimizerOptions {
  static constexpr std::int64_t automatic_micro_batch = -1;

  std::int64_t epochs = 10;
  std::int64_t batch_size = 8;
  std::int64_t micro_batch = 0;  ///< rows that go through the network at a time; 0: all; or `automatic_micro_batch`
  std::vector<std::string> recompute{};  ///< patterns of stages that are computed again in the backward
  double clip_gradient = 0;              ///< largest norm of the whole gradient; 0: no clipping
  Loss loss = Loss::automatic;
  double label_smoothing = 0;  ///< share of a target that is spread over the classes
  ClassWeights class_weights = ClassWeights::none;
  std::map<std::string, double> class_weight_table{};  ///< by the class's name; a class that is not there has 1
  std::int64_t patience = 0;                           ///< evaluations without a better score; 0: training goes on
  std::int64_t seed = 0;
  std::string device = "auto";
  std::int64_t threads = 0;             ///< of LibTorch; 0: one per core
  std::int64_t precise_statistics = 0;  ///< batches that each step's statistics are gathered from; 0: running ones
  double moment_smoothing = 0;          ///< weight of the smoothing loss of neighbouring moments
  std::string init{};                   ///< safetensors file of weights to start from; empty: random ones
  Precision precision = Precision::automatic;
  std::int64_t accumulate = 1;       ///< batches of which one update is made
  double average = 0;                ///< decay of the average of the weights; 0: there is none
  double clip_value = 0;             ///< largest value of a gradient; 0: no clipping
  std::int64_t max_skipped = 20;     ///< updates in a row that may be skipped for a loss or gradient that is not finite
  std::int64_t rank_timeout = 600;   ///< seconds that a rank waits for the others
  std::int64_t compare_every = 100;  ///< updates after which the ranks compare their weights; 0: never

  /// What one update is made of, at most.
  std::int64_t videos_per_update() const { return batch_size * accumulate; }

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

/// [data]
struct DataOptions {
  double fps = 0;  ///< frames a second that a stride counts; 0: the video's own
  Sampling sampling = Sampling::dense;
  ShortVideo too_short = ShortVideo::hold;  ///< "short" in the run file
  std::int64_t lanes = 1;                   ///< stretches that each training video is cut into
  Balance balance = Balance::none;          ///< of what an epoch takes
  std::int64_t size = 224;                  ///< side of the square that the network sees
  std::vector<std::int64_t> short_side{};   ///< [low, high] of the training jitter; empty: `size`
  ShortSideDraw short_side_draw = ShortSideDraw::uniform;
  bool flip = true;
  ChannelOrder channel_order = ChannelOrder::rgb;
  std::vector<double> mean{0.45, 0.45, 0.45};
  std::vector<double> std{0.225, 0.225, 0.225};
  std::int64_t threads = 0;       ///< of the loader; 0: one per core
  std::int64_t prefetch = 256;    ///< megabytes of decoded frames that may wait, as many as fit; one fragment always
  double max_bad_fraction = 0.5;  ///< training stops when more of the videos than this cannot be read
  std::int64_t max_pixels = 67'108'864;  ///< of a picture as it is stored; a file that claims more is not read
  std::int64_t max_frames = 10'000'000;  ///< of a video; the same

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

/// [eval]
struct EvalOptions {
  static constexpr std::int64_t whole_picture = 0;

  std::int64_t every = 1;  ///< epochs between evaluations; 0: only after the last
  std::int64_t views = 1;
  std::int64_t crops = 1;  ///< squares of each clip, or `whole_picture`
  std::int64_t batch_size = 8;
  // Of networks that score moments: how these become segments.
  std::vector<double> segment_thresholds{0.5};
  double segment_median = 0;  ///< seconds
  double segment_gap = 0;
  double segment_least = 0;
  std::string segment_overlaps = "activitynet";
  std::int64_t timelines = 10;  ///< pictures of the first videos

  /// Whole pictures have shapes of their own, and rows of a batch are one tensor.
  std::int64_t clips_at_a_time() const { return crops == whole_picture ? 1 : batch_size; }
  /// Clips of each view.
  std::int64_t crops_of_view() const { return crops == whole_picture ? 1 : crops; }

  void describe(sdk::Options& o);
};

/// [run]
struct RunOptions {
  std::string root = "runs";
  std::string name{};              ///< empty: the run file's name
  std::int64_t log_every = 10;     ///< iterations
  double checkpoint_seconds = 60;  ///< between checkpoints within an epoch; 0: after every step that allows one
  std::int64_t keep_every = 0;     ///< epochs whose checkpoint stays for good; 0: none but the last and the best

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

}  // namespace pgt::config
