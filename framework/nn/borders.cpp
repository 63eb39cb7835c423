#include "nn/borders.hpp"

#include <torch/torch.h>

#include <utility>

namespace pgt::nn {

void walk_back(const std::deque<Border>& borders) {
  for (auto border = borders.rbegin(); border != borders.rend(); ++border) {
    std::vector<at::Tensor> made, gradients;
    for (std::size_t i = 0; i < border->taken.size(); ++i) {
      at::Tensor gradient = std::exchange(border->taken[i].mutable_grad(), at::Tensor());
      if (!gradient.defined()) continue;
      made.push_back(border->made[i]);
      gradients.push_back(std::move(gradient));
    }
    if (made.empty()) return;
    torch::autograd::backward(made, gradients, /*retain_graph=*/true);
  }
}

}  // namespace pgt::nn
