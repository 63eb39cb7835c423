/// A batch of clips as it is decoded: the frames, and what the dataset says about them.
#pragma once

#include <c10/core/Device.h>

#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>

#include "base/trace.hpp"
#include "config/run_options.hpp"
#include "walk/clip_batch.hpp"
#include "walk/supply.hpp"

namespace pgt::walk {

/// Whom to ask what there is to learn. Without a dataset the targets are empty.
struct Labels {
  const sdk::Dataset* dataset = nullptr;
  sdk::Split split = sdk::Split::train;
  sdk::Output output = sdk::Output::clip;  ///< what the backbone scores
};

class DecodedClips final : public Supply {
 public:
  /// Keeps references to the batch and the options.
  DecodedClips(ClipBatch& batch, const config::DataOptions& data, c10::Device device, Labels labels)
      : batch_(batch), data_(data), device_(device), labels_(labels) {}

  bool wait(const std::function<bool()>& stop) override {
    const TraceSpan span("wait");
    return batch_.stream->wait(stop);
  }
  Portion take(std::int64_t index, const sdk::Step* step) override;
  /// Decodes the videos again: what is in memory stays that of a few fragments.
  void again() override { batch_.decode_again(); }
  std::vector<video::FailedRow> take_failed() override { return std::exchange(failed_, {}); }

 private:
  ClipBatch& batch_;
  const config::DataOptions& data_;
  c10::Device device_;
  Labels labels_;
  std::vector<video::FailedRow> failed_;
};

}  // namespace pgt::walk
