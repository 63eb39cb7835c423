#include "conv.hpp"

namespace resnet3d {

torch::nn::Conv3d make_conv(const ConvLayout& layout) {
  torch::nn::Conv3d conv(
      torch::nn::Conv3dOptions(layout.in, layout.out, {layout.temporal_kernel, layout.kernel, layout.kernel})
          .stride({layout.temporal_stride, layout.stride, layout.stride})
          .padding({layout.temporal_kernel / 2, layout.kernel / 2, layout.kernel / 2})
          .bias(layout.bias));
  torch::nn::init::kaiming_normal_(conv->weight, 0.0, torch::kFanOut, torch::kReLU);
  if (layout.bias) torch::nn::init::zeros_(conv->bias);
  return conv;
}

}  // namespace resnet3d
