#include "torch_state.hpp"

#include <torch/torch.h>

namespace pgt::model {
namespace {

template <class T>
check::Seen compared(const T& before, const T& after, const std::string& before_text, const std::string& after_text) {
  return before == after ? check::holds() : check::broken("was " + before_text + ", is " + after_text);
}

std::string on_or_off(bool on) { return on ? "on" : "off"; }

check::Seen gradients_are_left(const TorchState& before) {
  const bool now = TorchState::now().gradients;
  return compared(before.gradients, now, on_or_off(before.gradients), on_or_off(now));
}
check::Seen thread_count_is_left(const TorchState& before) {
  const int now = TorchState::now().threads;
  return compared(before.threads, now, std::to_string(before.threads), std::to_string(now));
}
check::Seen default_type_is_left(const TorchState& before) {
  const std::string now = TorchState::now().default_type;
  return compared(before.default_type, now, before.default_type, now);
}
check::Seen determinism_is_left(const TorchState& before) {
  const bool now = TorchState::now().deterministic;
  return compared(before.deterministic, now, on_or_off(before.deterministic), on_or_off(now));
}

constexpr const char* leaving_page = "docs/check-a-plugin.md: What a plugin leaves alone";

constexpr TorchRule torch_rules[] = {
    {{"leaves.gradients", "whether gradients are recorded is not changed", leaving_page,
      "use torch::NoGradGuard, which sets it back"},
     gradients_are_left},
    {{"leaves.torch-threads", "the number of LibTorch's threads is not changed", leaving_page,
      "leave it to the host: train.threads"},
     thread_count_is_left},
    {{"leaves.default-type", "the default type of tensors is not changed", leaving_page,
      "name the type where you make a tensor"},
     default_type_is_left},
    {{"leaves.determinism", "whether algorithms must be deterministic is not changed", leaving_page,
      "leave it to the host"},
     determinism_is_left},
};

}  // namespace

TorchState TorchState::now() {
  return {at::GradMode::is_enabled(), at::get_num_threads(), std::string(torch::get_default_dtype().name()),
          at::globalContext().deterministicAlgorithms()};
}

std::span<const TorchRule> rules_of_torch_state() { return torch_rules; }

void use_once(const Tried& tried) {
  try {
    tried.make(0);  // where no guard sets back what its constructor changes
    tried.scores_in(false);
  } catch (const std::exception&) {  // told by backbone.runs
  } catch (const check::CannotBeTried&) {
  }
}

}  // namespace pgt::model
