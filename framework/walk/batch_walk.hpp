/// A batch of clips, walked step by step without learning: what evaluation and the gathering of statistics share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nn/carry.hpp"
#include "walk/fragment.hpp"

namespace pgt::walk {

class BatchWalk {
 public:
  /// Keeps a reference to the batch.
  BatchWalk(ClipBatch& batch, std::vector<sdk::Site> sites, const config::DataOptions& data, c10::Device device);

  struct Step {
    std::int64_t index;
    std::vector<std::size_t> rows;  ///< of the batch, that are still in it
    sdk::Fragment fragment;
  };
  /// The next step, the carry ready for it; nothing after the last.
  std::optional<Step> next();
  /// For the forward of the step that `next` gave.
  sdk::Carry& carry() { return carry_; }
  /// Rows whose video broke on the way here.
  const std::vector<video::FailedRow>& failed() const { return failed_; }

 private:
  ClipBatch& batch_;
  nn::SlotCarry carry_;
  const config::DataOptions& data_;
  c10::Device device_;
  std::int64_t index_ = 0;
  std::vector<std::size_t> alive_;
  std::vector<video::FailedRow> failed_;
};

}  // namespace pgt::walk
