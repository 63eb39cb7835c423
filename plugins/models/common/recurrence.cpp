#include "models/common/recurrence.hpp"

#include <cmath>
#include <tuple>

namespace pgt::models {
namespace {

/// Frames that a site of unlimited reach is said to look at: more than one, so that it counts as one across time.
constexpr std::int64_t across_time = 2;

/// Says nothing. cuDNN puts the weights into one piece in every call, which is little beside the network in front, and
/// warns about it every time; whoever replaces weights (averages, checkpoints) would take them apart again.
class Silence final : public c10::WarningHandler {
 public:
  void process(const c10::Warning&) override {}
};

}  // namespace

Recurrence::Recurrence(Cell cell, std::int64_t in, std::int64_t width, std::int64_t layers,
                       std::vector<pgt::sdk::Site>& sites, const std::string& site)
    : cell_(cell), width_(width), layers_(layers), site_(sites.size()) {
  sites.push_back({site, 0, pgt::sdk::SiteKind::head, across_time});
  const std::int64_t gates = (cell == Cell::gru ? 3 : 4) * width;
  const double most = 1 / std::sqrt(static_cast<double>(width));
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    const std::string place = "_l" + std::to_string(layer);
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
      weights_.push_back(register_parameter(name + place, torch::empty(shape).uniform_(-most, most)));
    };
    add("weight_ih", {gates, layer == 0 ? in : width});
    add("weight_hh", {gates, width});
    add("bias_ih", {gates});
    add("bias_hh", {gates});
  }
}

at::Tensor Recurrence::forward(const at::Tensor& x, pgt::sdk::Carry& carry) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  Silence silence;
  const c10::WarningUtils::WarningHandlerGuard no_warnings(&silence);
  const at::Tensor input = x.to(weights_.front().scalar_type());
  const auto state_before = [&](std::size_t part) {
    const at::Tensor before = carry.recall(site_, part);
    if (!before.defined()) return torch::zeros({layers_, input.size(0), width_}, input.options());
    return before.to(input.options()).transpose(0, 1).contiguous();
  };
  const auto keep = [&](const at::Tensor& state, std::size_t part) {
    carry.exchange(site_, state.transpose(0, 1), part);
  };
  const bool learns = at::GradMode::is_enabled();  // a frozen layer too: a gradient may pass through it (cuDNN)
  if (cell_ == Cell::gru) {
    const auto [states, last] = torch::gru(input, state_before(0), weights_, true, layers_, 0.0, learns, false, true);
    keep(last, 0);
    return states;
  }
  const std::vector<at::Tensor> before{state_before(0), state_before(1)};
  const auto [states, last, last_cell] = torch::lstm(input, before, weights_, true, layers_, 0.0, learns, false, true);
  keep(last, 0);
  keep(last_cell, 1);
  return states;
}

}  // namespace pgt::models
