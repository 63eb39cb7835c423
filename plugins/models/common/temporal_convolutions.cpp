#include "models/common/temporal_convolutions.hpp"

namespace pgt::models {
namespace {

constexpr std::int64_t kernel = 3;

/// `zeros`: moments that are put on each side.
torch::nn::Conv1d convolution(std::int64_t in, std::int64_t out, std::int64_t frames, std::int64_t dilation = 1,
                              std::int64_t zeros = 0) {
  return torch::nn::Conv1d(torch::nn::Conv1dOptions(in, out, frames).dilation(dilation).padding(zeros));
}

/// The carried moments, or in the first step zeros, and x: (N, C, frames + T).
at::Tensor with_past(const at::Tensor& x, std::int64_t frames, pgt::sdk::Carry& carry, pgt::sdk::SiteIndex site) {
  const at::Tensor all = carry.enter(site, x.unsqueeze(3).unsqueeze(4)).flatten(2);
  return all.size(2) > x.size(2) ? all : torch::constant_pad_nd(x, {frames, 0});
}

}  // namespace

DilatedLayer::DilatedLayer(std::int64_t width, std::int64_t dilation, std::optional<pgt::sdk::SiteIndex> site)
    : dilation_(dilation),
      site_(site),
      dilated_(register_module("dilated", convolution(width, width, kernel, dilation, site ? 0 : dilation))),
      pointwise_(register_module("pointwise", convolution(width, width, 1))) {}

at::Tensor DilatedLayer::forward(const at::Tensor& x, pgt::sdk::Carry& carry) {
  const at::Tensor input = site_ ? with_past(x, (kernel - 1) * dilation_, carry, *site_) : x;
  return x + pointwise_->forward(dilated_->forward(input).relu_());
}

TemporalConvolutions::TemporalConvolutions(std::int64_t in, std::int64_t width, std::int64_t layers, bool causal,
                                           std::vector<pgt::sdk::Site>& sites, const std::string& name)
    : entry_(register_module("entry", convolution(in, width, 1))) {
  const auto list = register_module("layers", std::make_shared<torch::nn::Module>("layers"));
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::int64_t dilation = std::int64_t{1} << i;
    const std::int64_t past = (kernel - 1) * dilation;
    const std::string place = std::to_string(i);
    std::optional<pgt::sdk::SiteIndex> site;
    if (causal) {
      site = sites.size();
      sites.push_back({name + ".layers." + place, 0, pgt::sdk::SiteKind::head, past + 1, past});
    }
    layers_.push_back(list->register_module(place, std::make_shared<DilatedLayer>(width, dilation, site)));
  }
}

at::Tensor TemporalConvolutions::forward(const at::Tensor& x, pgt::sdk::Carry& carry) {
  // A convolution of single moments is a product, for which the features of a whole video need not be turned around.
  at::Tensor y = torch::linear(x, entry_->weight.squeeze(2), entry_->bias).transpose(1, 2).contiguous();
  for (const std::shared_ptr<DilatedLayer>& layer : layers_) y = layer->forward(y, carry);
  return y.transpose(1, 2);
}

}  // namespace pgt::models
