/// What training will take, judged from a few steps of a few videos.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/schedule.hpp>

namespace pgt::session {

/// How much is computed at a time.
struct Shape {
  std::int64_t batch = 0;        ///< videos
  std::int64_t at_a_time = 0;    ///< … of which so many go through the network at a time (train.micro_batch)
  std::vector<sdk::Step> steps;  ///< of the plan
  std::int64_t size = 0;         ///< side of the square that the network sees
};

/// What was tried, and what it took.
struct Trial {
  Shape shape;               ///< its steps are the first of the plan
  double step_seconds = 0;   ///< of a step, the first one not counted where there are others
  std::int64_t tensors = 0;  ///< bytes that tensors took at the most, beyond those of before
  std::int64_t used = 0;     ///< bytes that they used at a time at the most, gradients among them
  std::int64_t gradients = 0, carry = 0,
               frames = 0;  ///< of these the weights' gradients and the carry; a step's frames
};

/// Bytes, by what they are for.
struct Memory {
  // Whatever is computed at a time.
  std::int64_t weights = 0, gradients = 0, optimizer = 0, average = 0;
  std::int64_t program = 0;  ///< on the host: code, decoders and what they have decoded
  // As much as is computed at a time.
  std::int64_t activations = 0;  ///< with what a forward and backward need beside them
  std::int64_t carry = 0, frames = 0;

  std::int64_t fixed() const { return weights + gradients + optimizer + average + program; }
  std::int64_t all() const { return fixed() + activations + carry + frames; }
};

/// `fixed` with what grows: activations with the videos at a time, the pixels of a step, and the steps whose graphs are
/// kept until a backward; carry and frames with the videos of the batch. What is kept for the next tensors has a limit.
Memory forecast(Memory fixed, const Trial& trial, const Shape& shape);

/// The smallest change to the run file with which `capacity` bytes would do, and how much that takes: rows at a time
/// (or, where the plan does not allow it, videos in a batch), stages that are computed again, 16 bits, the size of the
/// pictures, the frames of a step.
/// There is less than what `shape` takes, even where the forecast thinks otherwise. Empty: none of these.
struct Change {
  std::string text;        ///< "train.micro_batch = 2"
  std::int64_t bytes = 0;  ///< with it
};
/// What may be changed.
struct Freedom {
  bool parts = true;                  ///< the plan can be learned in parts of a batch
  bool half = true;                   ///< the network computes in 32 bits so far
  std::int64_t accumulate = 1;        ///< train.accumulate; 0: the plan does not allow it
  const Trial* recomputed = nullptr;  ///< a trial in which all stages are computed again; null: they cannot, or are
};
Change smallest_change(const Memory& fixed, const Trial& trial, const Shape& shape, const Freedom& freedom,
                       std::int64_t capacity);

/// Seconds of computing that this many clips of this many steps take.
double computing_seconds(const Trial& trial, double clips, double steps);

}  // namespace pgt::session
