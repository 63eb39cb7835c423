/// Combines scores while clips are walked: the steps' into one per clip, the clips' into one per sample.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "walk/steps.hpp"

namespace pgt::eval {

/// Called for every batch in turn: begin, then take for each step, then end. The caller leaves out samples whose
/// clips fail.
class ClipScores {
 public:
  virtual ~ClipScores() = default;
  /// `batch` stays until `end`.
  virtual void begin(const walk::ClipBatch& batch) = 0;
  virtual void take(const walk::Step& step, const at::Tensor& scores) = 0;
  /// After the last step, with the rows whose clips came through.
  virtual void end(const std::vector<std::size_t>& rows) = 0;
};

}  // namespace pgt::eval
