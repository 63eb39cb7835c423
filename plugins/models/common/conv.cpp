#include "models/common/conv.hpp"

#include <ATen/autocast_mode.h>

namespace pgt::models {

at::Tensor ConvolutionImpl::forward(const at::Tensor& x) {
  const auto& kernel = *options.kernel_size();
  torch::ExpandingArray<3> dilation = options.dilation();
  // On one thread, LibTorch takes a slower way for a kernel of one pixel (at a half to a third of the speed) unless it
  // is dilated: which changes nothing where there is one pixel.
  if (x.is_cpu() && kernel[1] == 1 && kernel[2] == 1) (*dilation)[2] = 2;
  return torch::conv3d(x, weight, bias, options.stride(), std::get<torch::ExpandingArray<3>>(options.padding()),
                       dilation, options.groups());
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

at::Tensor for_convolutions(const at::Tensor& frames) {
  // Of a CPU only where it is asked for 16 bits: in float32 sums keep the order of the reference, and its digits.
  const bool faster = frames.is_cuda() || at::autocast::is_autocast_enabled(at::kCPU);
  return faster ? frames.contiguous(at::MemoryFormat::ChannelsLast3d) : frames;
}

}  // namespace pgt::models
