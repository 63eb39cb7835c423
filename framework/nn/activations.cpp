#include "nn/activations.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

#include "nn/carry.hpp"
#include "nn/kept_buffers.hpp"
#include "nn/parameters.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::nn {
namespace {

void drop_gradients(const std::vector<Parameter>& trained) {
  for (const Parameter& parameter : trained) parameter.tensor.mutable_grad().reset();
}

/// Takes down what is left of a forward while its backward goes on.
class Remains {
 public:
  Remains(const std::vector<Parameter>& trained, const std::vector<std::string>& stages, c10::Device device)
      : trained_(trained), device_(device), before_(used_bytes(device)) {
    for (std::size_t i = 0; i < trained.size(); ++i) {
      if (left_.empty() || left_.back().stage != stages[i]) left_.push_back({stages[i], kept_until_its_gradient});
      hooks_.push_back(trained[i].tensor.register_hook(
          [this, place = left_.size() - 1](const at::Tensor& gradient) { note(place, gradient); }));
    }
  }
  ~Remains() {
    for (std::size_t i = 0; i < hooks_.size(); ++i) trained_[i].tensor.remove_hook(hooks_[i]);
  }
  Remains(const Remains&) = delete;
  Remains& operator=(const Remains&) = delete;

  void end_forward() { all_ = used_bytes(device_) - before_; }

  /// Of each stage, what was freed from the gradient of the stage after it to its own; the first also has what is left.
  std::vector<StageBytes> by_stage() const {
    std::vector<StageBytes> stages = left_;
    std::int64_t left = all_;
    for (std::size_t i = stages.size(); i-- > 0;) {
      const std::int64_t after = i == 0 ? 0 : std::clamp<std::int64_t>(stages[i].bytes, 0, left);
      stages[i].bytes = std::exchange(left, after) - after;
    }
    return stages;
  }

 private:
  static constexpr std::int64_t kept_until_its_gradient = std::int64_t{1} << 62;

  void note(std::size_t place, const at::Tensor& gradient) {
    gradients_ += static_cast<std::int64_t>(gradient.nbytes());
    left_[place].bytes = std::min(left_[place].bytes, used_bytes(device_) - before_ - gradients_);
  }

  const std::vector<Parameter>& trained_;
  c10::Device device_;
  std::int64_t before_, all_ = 0;
  std::int64_t gradients_ = 0;    ///< bytes of those that have been made
  std::vector<StageBytes> left_;  ///< when the last gradient of each stage was made
  std::vector<unsigned> hooks_;
};

}  // namespace

std::vector<std::string> stages_of(sdk::Backbone& backbone) {
  const auto* layers = sdk::extension_of<sdk::LayeredBackbone>(backbone);
  std::vector<std::string> stages;
  for (const Parameter& parameter : trained(parameters(backbone))) {
    stages.push_back(layers != nullptr ? "layer " + std::to_string(layers->layer_of(parameter.name))
                                       : parameter.name.substr(0, parameter.name.find('.')));
  }
  return stages;
}

std::vector<StageBytes> measure_activations(sdk::Backbone& backbone, const sdk::Fragment& fragment,
                                            const sdk::CarryRule& rule, const sdk::Step& step,
                                            const Precision& precision, c10::Device device) {
  const std::vector<Parameter> trained = nn::trained(parameters(backbone));
  KeptBuffers buffers(backbone);
  buffers.keep();
  drop_gradients(trained);
  SlotCarry carry(backbone.info().sites, rule);
  carry.begin_step(true, step, nullptr);
  Remains remains(trained, stages_of(backbone), device);
  {
    const at::Tensor sum = scores(backbone, fragment, carry, precision).sum();
    remains.end_forward();
    if (sum.requires_grad()) sum.backward();
  }
  drop_gradients(trained);
  buffers.put_back();
  return remains.by_stage();
}

}  // namespace pgt::nn
