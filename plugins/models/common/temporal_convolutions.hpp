/// Dilated convolutions over moments, as in MS-TCN (arXiv 1903.01945), one stage of it.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::models {

/// A convolution of three moments that lie `dilation` apart, ReLU, one of a single moment, the sum with the input.
class DilatedLayer : public torch::nn::Module {
 public:
  /// With a site it looks at the moments before alone, and the last 2·dilation of its input are carried; without, as
  /// far ahead as back, with zeros around the fragment.
  DilatedLayer(std::int64_t width, std::int64_t dilation, std::optional<pgt::sdk::SiteIndex> site);
  /// (N, width, T) to (N, width, T).
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry);

 private:
  std::int64_t dilation_;
  std::optional<pgt::sdk::SiteIndex> site_;
  torch::nn::Conv1d dilated_;
  torch::nn::Conv1d pointwise_;
};

/// Layers whose dilation doubles from 1.
class TemporalConvolutions : public torch::nn::Module {
 public:
  /// Causal: walked in steps it computes what it computes of the whole clip; a site for each layer, "NAME.layers.0" …,
  /// is added to `sites`.
  TemporalConvolutions(std::int64_t in, std::int64_t width, std::int64_t layers, bool causal,
                       std::vector<pgt::sdk::Site>& sites, const std::string& name);
  /// (N, T, C) to (N, T, width).
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry);

 private:
  torch::nn::Conv1d entry_;
  std::vector<std::shared_ptr<DilatedLayer>> layers_;
};

}  // namespace pgt::models
