/// A recurrent network over moments whose state is carried from step to step.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::models {

enum class Cell { gru, lstm };

/// Walked in steps it computes what it computes of the whole clip. Parameters: torch's of GRU or LSTM. Its state is one
/// site, of one part (GRU) or two (LSTM), each (N, layers, width).
class Recurrence : public torch::nn::Module {
 public:
  /// `site`: the name of its site, which is added to `sites`.
  Recurrence(Cell cell, std::int64_t in, std::int64_t width, std::int64_t layers, std::vector<pgt::sdk::Site>& sites,
             const std::string& site);
  /// (N, T, C) to the states of the last layer (N, T, width). In the precision of the weights, also under autocast:
  /// small errors of a state would add up over the steps.
  at::Tensor forward(const at::Tensor& x, pgt::sdk::Carry& carry);

 private:
  Cell cell_;
  std::int64_t width_;
  std::int64_t layers_;
  pgt::sdk::SiteIndex site_;
  std::vector<at::Tensor> weights_;
};

}  // namespace pgt::models
