/// What training and evaluation report, to be shown and recorded. No torch here: the run folder, the progress bar and
/// TensorBoard implement it without knowing tensors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pgt::run {

/// After every step of a clip: of a whole long video there are thousands.
struct StepReport {
  std::int64_t epoch = 0;       ///< from 0
  std::int64_t iteration = 0;   ///< in the epoch, from 0
  std::int64_t iterations = 0;  ///< in the epoch
  std::int64_t step = 0;        ///< in the clip, from 0
};

/// After every iteration (one batch of clips, all its steps).
struct IterationReport {
  std::int64_t epoch = 0;       ///< from 0
  std::int64_t iteration = 0;   ///< in the epoch, from 0
  std::int64_t iterations = 0;  ///< in the epoch
  std::int64_t total = 0;       ///< iterations since the start of training, this one included
  std::int64_t videos = 0;      ///< in the batch; none where a loss is not finite
  double loss = 0;              ///< mean over the steps of all videos; NaN where one of a step is not finite
  std::vector<double> step_losses;
  double accuracy = 0;  ///< top-1 of the last step's scores in percent; NaN for multi-label
  double learning_rate = 0;
  double gradient_norm = 0;  ///< of the latest update, before clipping; NaN: there was none, or it is not finite
  double loss_scale = 0;     ///< of fp16; 0: there is none
  std::int64_t skipped = 0;  ///< updates, because a loss or a gradient was not finite
  std::int64_t skipped_since_start = 0;  ///< this iteration's included
  std::string skipped_why{};             ///< … and what was, the latest time
  std::vector<std::string> files{};      ///< of the batch's videos, where an update was skipped
  // What the clock and the machine decide; never part of metrics.jsonl, which is the same for the same run.
  double seconds = 0;       ///< whole iteration
  double data_seconds = 0;  ///< of it, waiting for frames
};

/// After every epoch's training.
struct EpochReport {
  std::int64_t epoch = 0;
  std::int64_t epochs = 0;
  std::int64_t total = 0;  ///< iterations since the start
  std::int64_t videos = 0;
  std::int64_t bad_videos = 0;
  double loss = 0;
  double accuracy = 0;       ///< as of an iteration
  double learning_rate = 0;  ///< at its end
  std::int64_t skipped = 0;  ///< updates, because a loss or a gradient was not finite
  double seconds = 0;
};

/// A file that could not be read.
struct BadFile {
  std::string id;
  std::string path;
  std::string reason;
  std::string phase;  ///< "train", "val", …
};
/// For base/packing.hpp.
template <typename Archive>
void members(Archive& archive, BadFile& file) {
  archive(file.id, file.path, file.reason, file.phase);
}

/// After an evaluation.
struct EvaluationReport {
  std::int64_t epoch = 0;
  std::int64_t total = 0;  ///< iterations since the start
  std::string split;
  std::int64_t used = 0;                  ///< videos scored
  std::int64_t videos = 0;                ///< videos there are
  std::map<std::string, double> metrics;  ///< as eval::summarise names them
  bool best = false;
  double seconds = 0;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void step(const StepReport&) {}
  virtual void iteration(const IterationReport&) {}
  virtual void epoch(const EpochReport&) {}
  virtual void evaluation(const EvaluationReport&) {}
  virtual void bad_file(const BadFile&) {}
  /// What whoever watches the run should know: a line for the log.
  virtual void warning(const std::string& /*text*/) {}
};

}  // namespace pgt::run
