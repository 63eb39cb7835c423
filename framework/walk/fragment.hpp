/// The frames of one step as a backbone wants them: the same for training, evaluation and checks.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <pgt/sdk/backbone.hpp>

#include "config/run_options.hpp"
#include "video/fragment_stream.hpp"
#include "walk/clip_batch.hpp"

namespace pgt::walk {

/// Frames as the backbone wants them: per pathway (N, 3, T, H, W), float32, normalised on the device, the colours in
/// the order of data.channel_order. The pictures travel there as bytes.
sdk::Fragment to_fragment(const video::Frames& frames, const PlanWalk& walk, std::int64_t step,
                          std::int64_t clip_frames, const config::DataOptions& data, c10::Device device);

}  // namespace pgt::walk
