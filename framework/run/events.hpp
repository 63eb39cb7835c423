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
  std::int64_t videos = 0;      ///< in the batch
  double loss = 0;              ///< mean over the steps of all videos
  std::vector<double> step_losses;
  double accuracy = 0;  ///< top-1 of the last step's scores in percent; NaN for multi-label
  double learning_rate = 0;
  double gradient_norm = 0;
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
  double seconds = 0;
};

/// A file that could not be read.
struct BadFile {
  std::string id;
  std::string path;
  std::string reason;
  std::string phase;  ///< "train", "val", …
};

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
};

}  // namespace pgt::run
