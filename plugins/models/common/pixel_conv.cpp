#include "models/common/pixel_conv.hpp"

#include <ATen/autocast_mode.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>

#include "models/common/conv.hpp"

namespace pgt::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t many_pixels = 1024;  // in all pictures of a batch
constexpr std::array<std::int64_t, 2> picture_dilation{1, dilation_of_one_pixel};
constexpr std::array<std::int64_t, 2> every_pixel{1, 1};
constexpr std::array<std::int64_t, 2> no_more{0, 0};

// LibTorch tells the layout of a batch of one by strides that flatten() and view() alone would not keep: both go by way
// of (N, T, H, W, C).

/// (N, C, T, H·W): a view.
at::Tensor as_pictures(const at::Tensor& maps) {
  return maps.permute({0, 2, 3, 4, 1}).flatten(2, 3).permute({0, 3, 1, 2});
}

/// Back, with the height and the width of `like`.
at::Tensor as_maps(const at::Tensor& pictures, const at::Tensor& like) {
  const at::Tensor maps =
      pictures.permute({0, 2, 3, 1}).unflatten(2, {like.size(3), like.size(4)}).permute({0, 4, 1, 2, 3});
  // A view keeps its base: who gets it could not write to it in place.
  return at::GradMode::is_enabled() ? maps : maps.detach();
}

at::Tensor convolution_backward(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight,
                                bool of_weight) {
  const std::array<std::int64_t, 2> padding{weight.size(2) / 2, 0};
  auto [to_x, to_weight, to_bias] =
      at::convolution_backward(gradient, x, weight, std::nullopt, every_pixel, padding, picture_dilation, false,
                               no_more, 1, {!of_weight, of_weight, false});
  return of_weight ? to_weight : to_x;
}

/// (T·H·W of all N, C): a view where the maps lie together.
at::Tensor as_rows(const at::Tensor& pictures) { return pictures.permute({0, 2, 3, 1}).flatten(0, 2); }

/// Of a kernel of one pixel and one frame (C_out, C, 1, 1).
at::Tensor product(const at::Tensor& gradient, const at::Tensor& x) {
  if (x.scalar_type() != at::kFloat) {
    return at::mm(as_rows(gradient).t(), as_rows(x)).view({gradient.size(1), x.size(1), 1, 1});
  }
  // In float32, at::mm is fast only on Intel's processors. Only the size of the weight is read.
  return convolution_backward(gradient, x, at::empty({gradient.size(1), x.size(1), 1, 1}, x.options()), true);
}

/// Of a kernel (C_out, C, k, 1), frame by frame.
at::Tensor products(const at::Tensor& gradient, const at::Tensor& x, std::int64_t frames) {
  const std::int64_t length = x.size(2), channels = x.size(1);
  at::Tensor result = at::zeros({gradient.size(1), frames, 1, channels}, x.options()).permute({0, 3, 1, 2});
  for (std::int64_t i = 0; i < frames; ++i) {
    const std::int64_t shift = i - frames / 2, seen = length - std::abs(shift);
    if (seen <= 0) continue;
    result.narrow(2, i, 1).copy_(product(gradient.narrow(2, std::max<std::int64_t>(0, -shift), seen),
                                         x.narrow(2, std::max<std::int64_t>(0, shift), seen)));
  }
  return result;
}

/// Of maps, and a kernel (C_out, C, k, 1, 1).
at::Tensor weight_gradient(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t frames = weight.size(2);
  const bool few = x.numel() / x.size(1) < many_pixels;
  if (frames > 1 && few && x.scalar_type() == at::kFloat) {  // the copies of weights would cost more than is saved
    return std::get<1>(at::convolution_backward(gradient, x, weight, std::nullopt, {1, 1, 1}, {frames / 2, 0, 0},
                                                {1, 1, dilation_of_one_pixel}, false, {0, 0, 0}, 1,
                                                {false, true, false}));
  }
  const at::Tensor shown = as_pictures(gradient), seen = as_pictures(x);
  return as_maps(frames == 1 ? product(shown, seen) : products(shown, seen, frames), weight);
}

class PixelConvolution : public torch::autograd::Function<PixelConvolution> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight) {
    ctx->save_for_backward({x, weight});
    const std::array<std::int64_t, 2> padding{weight.size(2) / 2, 0};
    return as_maps(
        at::conv2d(as_pictures(x), as_pictures(weight), std::nullopt, every_pixel, padding, picture_dilation), x);
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& gradients) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor &x = saved.at(0), &weight = saved.at(1);
    const at::Tensor gradient = gradients.at(0).contiguous(channels_last);
    at::Tensor to_x, to_weight;
    if (ctx->needs_input_grad(0)) {
      to_x = as_maps(convolution_backward(as_pictures(gradient), as_pictures(x), as_pictures(weight), false), x);
    }
    if (ctx->needs_input_grad(1)) to_weight = weight_gradient(gradient, x, weight);
    return {to_x, to_weight};
  }
};

}  // namespace

at::Tensor convolve_pixels(const at::Tensor& x, const at::Tensor& weight) {
  if (!at::autocast::is_autocast_enabled(at::kCPU)) return PixelConvolution::apply(x, weight);
  const at::ScalarType type = at::autocast::get_autocast_dtype(at::kCPU);
  return PixelConvolution::apply(at::autocast::cached_cast(type, x, at::kCPU),
                                 at::autocast::cached_cast(type, weight, at::kCPU));
}

}  // namespace pgt::models
