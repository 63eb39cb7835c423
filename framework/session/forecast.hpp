/// What training will take, judged from a few steps of a few videos.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/schedule.hpp>

namespace pgt::session {

/// What was tried, and what it took.
struct Trial {
  std::int64_t rows = 0;         ///< videos in the batch
  std::vector<sdk::Step> steps;  ///< the first of the plan
  double step_seconds = 0;       ///< of a step, the first one not counted where there are others
  std::int64_t tensors = 0;      ///< bytes that tensors took, beyond those of before
  std::int64_t gradients = 0;    ///< … and of these the bytes of the weights' gradients
};

/// Bytes of tensors that training batches of `rows` videos needs beyond what the trial needed. Activations grow with
/// the videos, and with the steps whose graphs are kept until a backward; gradients do not.
std::int64_t further_bytes(const Trial& trial, std::int64_t rows, const std::vector<sdk::Step>& steps);

/// Seconds of computing that this many clips of this many steps take.
double computing_seconds(const Trial& trial, double clips, double steps);

}  // namespace pgt::session
