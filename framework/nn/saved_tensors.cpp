#include "nn/saved_tensors.hpp"

#include <torch/csrc/autograd/engine.h>

#include <utility>

namespace pgt::nn {
namespace {

thread_local SavedTensors* goes_to = nullptr;

/// LibTorch's own, but for the question what to do with a tensor that is saved.
class AskingEngine final : public torch::autograd::Engine {
 public:
  AskingEngine() = default;
  AskingEngine(const AskingEngine&) = delete;
  AskingEngine& operator=(const AskingEngine&) = delete;
  ~AskingEngine() override { stop(); }  // as Engine asks of those who derive from it

  std::unique_ptr<torch::autograd::SavedVariableHooks> get_default_saved_variable_hooks() override {
    return goes_to != nullptr ? goes_to->hooks() : nullptr;
  }

  static torch::autograd::Engine& instance() {
    static AskingEngine engine;
    return engine;
  }
};

/// Once, and no earlier than it is needed.
void use_asking_engine() {
  static const bool used = (torch::autograd::set_default_engine_stub(&AskingEngine::instance), true);
  (void)used;
}

}  // namespace

SavingTo::SavingTo(SavedTensors* to) : before_(std::exchange(goes_to, to)) { use_asking_engine(); }

SavingTo::~SavingTo() { goes_to = before_; }

const SavedTensors* SavingTo::present() { return goes_to; }

}  // namespace pgt::nn
