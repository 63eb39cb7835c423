#include "cost.hpp"

#include <ATen/record_function.h>
#include <torch/torch.h>

#include <memory>
#include <string_view>

namespace pgt::model {
namespace {

thread_local Cost counted;

/// An operator that is counted, and the multiplications behind each number that it gives. Its inputs are known before
/// the call only.
struct Counted final : at::ObserverContext {
  explicit Counted(double per_output) : multiplications(per_output) {}
  double multiplications;
};

/// Whether the operator is counted, and how. Operators that only call counted ones are not here.
std::unique_ptr<at::ObserverContext> before(const at::RecordFunction& call) {
  const std::string_view name = call.name();
  const auto size = [&](std::size_t input, std::int64_t dimension) {
    return static_cast<double>(call.inputs()[input].toTensor().size(dimension));
  };
  if (name == "aten::convolution") {
    const at::Tensor weight = call.inputs()[1].toTensor();
    return std::make_unique<Counted>(static_cast<double>(weight.numel() / weight.size(0)));
  }
  if (name == "aten::mm" || name == "aten::bmm") return std::make_unique<Counted>(size(0, -1));
  if (name == "aten::addmm" || name == "aten::baddbmm") return std::make_unique<Counted>(size(1, -1));
  if (name == "aten::_scaled_dot_product_flash_attention_for_cpu") {
    // Each number is a sum over the keys, and each weight in it one over a key's channels, shared by all numbers of a
    // query.
    return std::make_unique<Counted>(2 * size(1, -2));
  }
  if (name == "aten::batch_norm" || name == "pgt::batch_norm" || name == "aten::group_norm" ||
      name == "aten::layer_norm") {
    return std::make_unique<Counted>(0);
  }
  return nullptr;
}

void after(const at::RecordFunction& call, at::ObserverContext* context) {
  if (context == nullptr) return;
  const std::int64_t outputs = call.outputs().at(0).toTensor().numel();
  counted.multiply_adds += static_cast<double>(outputs) * static_cast<Counted*>(context)->multiplications;
  counted.activations += outputs;
}

class Callback {
 public:
  Callback()
      : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(&before, &after)
                                               .needsInputs(true)
                                               .needsOutputs(true)
                                               .scopes({at::RecordScope::FUNCTION}))) {}
  ~Callback() { at::removeCallback(handle_); }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

 private:
  at::CallbackHandle handle_;
};

}  // namespace

Cost cost_of(const std::function<void()>& work) {
  counted = {};
  const Callback callback;
  work();
  return counted;
}

}  // namespace pgt::model
