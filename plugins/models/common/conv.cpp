#include "models/common/conv.hpp"

#include <ATen/autocast_mode.h>

#include "models/common/pixel_conv.hpp"
#include "models/common/short_sides.hpp"

namespace pgt::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t large_picture = 112 * 112;  // docs/speed.md

/// The maps at every `rows`th row and `columns`th column: a view.
at::Tensor thinned(const at::Tensor& x, std::int64_t rows, std::int64_t columns) {
  return x.slice(3, 0, std::nullopt, rows).slice(4, 0, std::nullopt, columns);
}

/// A copy of the same. Its gradient has the channels last, where that of a view would not.
class Thinned : public torch::autograd::Function<Thinned> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, std::int64_t rows, std::int64_t columns) {
    ctx->saved_data["sizes"] = x.sizes();
    ctx->saved_data["rows"] = rows;
    ctx->saved_data["columns"] = columns;
    return thinned(x, rows, columns).contiguous(channels_last);
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& gradients) {
    at::Tensor whole =
        at::zeros(ctx->saved_data["sizes"].toIntVector(), gradients.at(0).options().memory_format(channels_last));
    thinned(whole, ctx->saved_data["rows"].toInt(), ctx->saved_data["columns"].toInt()).copy_(gradients.at(0));
    return {whole, at::Tensor(), at::Tensor()};
  }
};

at::MemoryFormat fastest_layout(const at::Tensor& frames) {
  const bool large = frames.size(3) * frames.size(4) >= large_picture;
  const bool last = frames.is_cuda() || at::autocast::is_autocast_enabled(at::kCPU) || large;
  return last ? channels_last : at::MemoryFormat::Contiguous;
}

}  // namespace

at::Tensor ConvolutionImpl::forward(const at::Tensor& x) {
  if (!x.is_cpu()) return Conv3dImpl::forward(x);
  const auto& kernel = *options.kernel_size();
  torch::ExpandingArray<3> stride = options.stride(), dilation = options.dilation();
  torch::ExpandingArray<3> padding = std::get<torch::ExpandingArray<3>>(options.padding());
  at::Tensor read = x;
  if (kernel[1] == 1 && kernel[2] == 1) {
    // Maps of one channel or one pixel are both: what follows would find a layout that nobody chose.
    const bool last = x.dim() == 5 && x.numel() > 0 && x.is_contiguous(channels_last) && !x.is_contiguous();
    // LibTorch has only slow kernels for the gradients of one pixel with a stride (twenty times as slow in 16 bits).
    if (last && stride->at(1) * stride->at(2) > 1) {
      read = Thinned::apply(x, stride->at(1), stride->at(2));
      stride->at(1) = stride->at(2) = 1;
    }
    const bool keeps_frames = stride->at(0) == 1 && dilation->at(0) == 1 && 2 * padding->at(0) + 1 == kernel[0];
    if (last && keeps_frames && options.groups() == 1 && !bias.defined()) return convolve_pixels(read, weight);
    dilation->at(2) = dilation_of_one_pixel;
  }
  read = with_short_sides_padded(read, options.kernel_size(), padding);
  return torch::conv3d(read, weight, bias, stride, padding, dilation, options.groups());
}

Convolution make_conv(const ConvLayout& layout) {
  const std::int64_t padding = layout.dilation * (layout.kernel / 2);
  Convolution conv(
      torch::nn::Conv3dOptions(layout.in, layout.out, {layout.temporal_kernel, layout.kernel, layout.kernel})
          .stride({layout.temporal_stride, layout.stride, layout.stride})
          .padding({layout.temporal_kernel / 2, padding, padding})
          .dilation({1, layout.dilation, layout.dilation})
          .groups(layout.groups)
          .bias(layout.bias));
  // The fan is that of all groups together, as in the reference.
  torch::nn::init::kaiming_normal_(conv->weight, 0.0, torch::kFanOut, torch::kReLU);
  if (layout.bias) torch::nn::init::zeros_(conv->bias);
  return conv;
}

at::Tensor LayoutForConvolutions::of(const at::Tensor& frames, torch::nn::Module& network) {
  const at::MemoryFormat layout = fastest_layout(frames);
  if (weights_.empty()) {
    weights_ = network.parameters();
    std::erase_if(weights_, [](const at::Tensor& weight) { return weight.dim() != 5; });
  }
  for (const at::Tensor& weight : weights_) {
    if (!weight.is_contiguous(layout)) weight.set_data(weight.contiguous(layout));
  }
  return frames.contiguous(layout);
}

}  // namespace pgt::models
