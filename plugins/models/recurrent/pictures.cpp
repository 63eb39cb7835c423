#include "pictures.hpp"

#include <string>
#include <variant>

#include "models/common/short_sides.hpp"

namespace recurrent {
namespace {

constexpr std::int64_t expansion = 4;  // of a bottleneck

/// Weights as docs/method.md M6.8 has them; padded so that stride 1 keeps the size.
torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
  torch::nn::init::kaiming_normal_(conv->weight, 0.0, torch::kFanOut, torch::kReLU);
  return conv;
}

at::Tensor convolve(const torch::nn::Conv2d& conv, const at::Tensor& x) {
  const auto& options = conv->options;
  torch::ExpandingArray<2> padding = std::get<torch::ExpandingArray<2>>(options.padding());
  const at::Tensor read = pgt::models::with_short_sides_padded(x, options.kernel_size(), padding);
  return torch::conv2d(read, conv->weight, conv->bias, options.stride(), padding);
}

}  // namespace

Block::Block(const BlockLayout& layout, const NormLayout& norm) {
  if (layout.out == layout.inner) {
    add(layout.in, layout.inner, 3, layout.stride, norm);
    add(layout.inner, layout.out, 3, 1, norm);
  } else {
    add(layout.in, layout.inner, 1, 1, norm);
    add(layout.inner, layout.inner, 3, layout.stride, norm);
    add(layout.inner, layout.out, 1, 1, norm);
  }
  norms_.back()->start_at_zero();
  if (layout.in == layout.out && layout.stride == 1) return;
  const auto downsample = register_module("downsample", std::make_shared<torch::nn::Module>("downsample"));
  projection_ = downsample->register_module("0", convolution(layout.in, layout.out, 1, layout.stride));
  projection_norm_ = downsample->register_module("1", std::make_shared<Norm>(norm, layout.out));
}

void Block::add(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, const NormLayout& norm) {
  const std::string number = std::to_string(convs_.size() + 1);
  convs_.push_back(register_module("conv" + number, convolution(in, out, kernel, stride)));
  norms_.push_back(register_module("bn" + number, std::make_shared<Norm>(norm, out)));
}

at::Tensor Block::forward(const at::Tensor& x) {
  at::Tensor y = x;
  for (std::size_t i = 0; i < convs_.size(); ++i) {
    y = norms_[i]->forward(convolve(convs_[i], i == 0 ? y : y.relu_()));
  }
  return (y + (projection_ ? projection_norm_->forward(projection_->forward(x)) : x)).relu();
}

Pictures::Pictures(const Options& options)
    : pool_(options.stem == Stem::imagenet),
      channels_(options.width),
      conv1_(register_module("conv1", convolution(3, options.width, options.stem == Stem::small ? 3 : 7, 2))),
      norm1_(register_module("bn1", std::make_shared<Norm>(options.norm_layout(), options.width))) {
  std::int64_t inner = options.width;
  const std::vector<std::int64_t> blocks = options.stage_blocks();
  for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
    const std::string name = "layer" + std::to_string(stage + 1);
    add_stage(name);
    const auto layer = register_module(name, std::make_shared<torch::nn::Module>(name));
    for (std::int64_t i = 0; i < blocks[stage]; ++i) {
      const BlockLayout layout{channels_, inner, options.bottlenecks() ? expansion * inner : inner,
                               i == 0 && stage > 0 ? 2 : 1};
      blocks_.push_back(
          {name, layer->register_module(std::to_string(i), std::make_shared<Block>(layout, options.norm_layout()))});
      channels_ = layout.out;
    }
    inner *= 2;
  }
}

at::Tensor Pictures::map(const at::Tensor& pictures, pgt::sdk::Carry& carry) {
  const at::Tensor input = pictures.is_cuda() ? pictures.contiguous(at::MemoryFormat::ChannelsLast) : pictures;
  at::Tensor x = norm1_->forward(convolve(conv1_, input)).relu_();
  if (pool_) x = torch::max_pool2d(x, 3, 2, 1);
  for (const PlacedBlock& placed : blocks_) {
    x = part(placed.stage, x, carry,
             [block = placed.block](const at::Tensor& y, pgt::sdk::Carry&) { return block->forward(y); });
  }
  return x;
}

}  // namespace recurrent
