#include "walk/fragment.hpp"

#include <torch/torch.h>

#include "base/trace.hpp"
#include "nn/sent.hpp"
#include "video/normalise.hpp"

namespace pgt::walk {
namespace {

/// Rows × 3 × frames × height × width, the colours in the order of data.channel_order.
at::Tensor to_pictures(const video::Frames& frames, const config::DataOptions& data, c10::Device device) {
  const auto rows = static_cast<std::int64_t>(frames.rows.size());
  const std::int64_t pixels = frames.length * frames.height * frames.width;  // of a row
  const bool reversed = data.channel_order == config::ChannelOrder::bgr;
  const at::Tensor pictures = torch::empty({rows, 3, frames.length, frames.height, frames.width},
                                           torch::TensorOptions().dtype(torch::kFloat32).device(device));
  if (device.is_cpu()) {
    const video::Normaliser normaliser(data.mean, data.std);
    at::parallel_for(0, rows * frames.length, 1, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t picture = pixels / frames.length;
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t row = i / frames.length, frame = i % frames.length;
        const auto rgb = std::span(frames.rgb)
                             .subspan(static_cast<std::size_t>(3 * picture * i), static_cast<std::size_t>(3 * picture));
        float* const first = pictures.data_ptr<float>() + 3 * pixels * row + picture * frame;
        normaliser.apply(rgb, reversed ? first + 2 * pixels : first, reversed ? -pixels : pixels);
      }
    });
    return pictures;
  }
  // A quarter of the bytes travels. from_blob takes a pointer to non-const; they are only read. Pinned memory is not
  // used again before the copy is done (nn/pinned_memory.hpp); of other memory CUDA keeps a copy until then.
  const at::Tensor bytes = torch::from_blob(const_cast<std::uint8_t*>(frames.rgb.data()),
                                            {rows, frames.length, frames.height, frames.width, 3}, torch::kUInt8)
                               .to(device, /*non_blocking=*/true);
  const auto per_channel = [&](const std::vector<double>& values) {
    return nn::sent(torch::tensor(values, torch::kFloat32).mul_(255).view({1, 3, 1, 1, 1}), device);
  };
  pictures.copy_(bytes.permute({0, 4, 1, 2, 3}));
  pictures.sub_(per_channel(data.mean)).div_(per_channel(data.std));
  return reversed ? pictures.flip(1) : pictures;
}

}  // namespace

sdk::Fragment to_fragment(const video::Frames& frames, const PlanWalk& walk, std::int64_t step,
                          std::int64_t clip_frames, const config::DataOptions& data, c10::Device device) {
  const TraceSpan span("upload");
  const at::Tensor pictures = to_pictures(frames, data, device);
  sdk::Fragment fragment;
  for (const std::vector<std::int64_t>& places : walk.places(step, clip_frames)) {
    const bool all = static_cast<std::int64_t>(places.size()) == frames.length;
    fragment.frames.push_back(all ? pictures : pictures.index_select(2, nn::sent(torch::tensor(places), device)));
  }
  return fragment;
}

}  // namespace pgt::walk
