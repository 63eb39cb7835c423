#include "recurrent.hpp"

#include <vector>

#include "models/common/pooling.hpp"

namespace recurrent {

using pgt::models::Cell;

namespace {

/// The last state of each of `bins` parts of the fragment: (N, T, C) to (N, bins, C).
at::Tensor last_states(const at::Tensor& states, std::int64_t bins) {
  const std::int64_t frames = states.size(1);
  std::vector<at::Tensor> last;
  for (std::int64_t bin = 1; bin <= bins; ++bin) last.push_back(states.select(1, (bin * frames + bins - 1) / bins - 1));
  return torch::stack(last, 1);
}

}  // namespace

Recurrent::Recurrent(const Options& options, const pgt::sdk::BackboneContext& context)
    : Pictures(options), moments_(options.head == Head::moments), dropout_(options.dropout) {
  const auto head = register_module("head", std::make_shared<torch::nn::Module>("head"));
  recurrence_ = head->register_module(
      "recurrence",
      std::make_shared<pgt::models::Recurrence>(options.cell == CellKind::gru ? Cell::gru : Cell::lstm, channels(),
                                                options.state_width, options.state_layers, states_, "head.recurrence"));
  projection_ = head->register_module("projection", pgt::models::make_classifier(options.state_width, context.classes));
}

at::Tensor Recurrent::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  return head(features(fragment, carry), fragment, carry);
}

at::Tensor Recurrent::features(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  const at::Tensor& frames = fragment.frames.at(0);  // (N, 3, T, H, W)
  const at::Tensor means = map(frames.transpose(1, 2).flatten(0, 1), carry).mean({2, 3});
  return means.view({frames.size(0), frames.size(2), -1});
}

at::Tensor Recurrent::head(const at::Tensor& features, const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  at::Tensor states = recurrence_->forward(features, carry);
  if (!moments_) states = last_states(states, fragment.head_bins);
  return projection_->forward(torch::dropout(states, dropout_, is_training()));
}

}  // namespace recurrent
