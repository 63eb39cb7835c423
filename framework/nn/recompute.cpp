#include "nn/recompute.hpp"

#include <torch/torch.h>

#include <mutex>
#include <stdexcept>
#include <utility>

#include "base/trace.hpp"
#include "nn/as_in_forward.hpp"
#include "nn/carry_record.hpp"
#include "nn/full_memory.hpp"
#include "nn/kept_buffers.hpp"
#include "nn/parameters.hpp"
#include "nn/saved_tensors.hpp"
#include "plugin/guard.hpp"

namespace pgt::nn {
namespace {

std::vector<at::Tensor> buffers_below(sdk::Backbone& backbone, const std::string& stage) {
  std::vector<at::Tensor> buffers;
  for (const Parameter& parameter : parameters(backbone)) {
    if (parameter.is_buffer() && parameter.name.starts_with(stage + ".")) buffers.push_back(parameter.tensor);
  }
  return buffers;
}

/// Takes what is saved in a second computation, whose own graph is thrown away.
class Gathered final : public SavedTensors {
 public:
  std::vector<at::Tensor> tensors;

  std::unique_ptr<torch::autograd::SavedVariableHooks> hooks() override { return std::make_unique<Hooks>(tensors); }

 private:
  struct Hooks final : torch::autograd::SavedVariableHooks {
    explicit Hooks(std::vector<at::Tensor>& to) : tensors(to) {}
    void call_pack_hook(const at::Tensor& tensor) override { tensors.push_back(tensor.detach()); }
    at::Tensor call_unpack_hook() override { throw std::logic_error("a graph that was computed again is walked"); }
    std::vector<at::Tensor>& tensors;
  };
};

}  // namespace

class StageRecomputer::Stage {
 public:
  Stage(std::string plugin, sdk::Backbone& backbone, const std::string& name)
      : plugin_(std::move(plugin)), name_(name), buffers_(buffers_below(backbone, name)) {}

  /// Runs `call`, which computes a part again. One at a time: a backward may have a thread for each device.
  template <class Call>
  void again(Call&& call) {
    const std::lock_guard lock(mutex_);
    const TraceSpan span("recompute");
    buffers_.keep();
    try {
      plugin::guard(plugin_, "Backbone::forward, once more for the backward", [&] {
        try {
          naming_full_memory(call);
        } catch (const c10::Error& error) {
          throw std::runtime_error("stage " + name_ + ": " + error.what_without_backtrace());
        }
      });
    } catch (...) {
      buffers_.put_back();
      throw;
    }
    buffers_.put_back();
  }

  [[noreturn]] void fail(const std::string& text) const {
    throw std::runtime_error("stage " + name_ + ' ' + text + ": leave it out of train.recompute");
  }

 private:
  std::string plugin_, name_;
  KeptBuffers buffers_;
  std::mutex mutex_;
};

/// A part of a stage, in one forward. Its graph keeps it, by what stands there for saved tensors.
class StageRecomputer::Computation final : public SavedTensors,
                                           public std::enable_shared_from_this<StageRecomputer::Computation> {
 public:
  Computation(std::shared_ptr<Stage> stage, sdk::Part part, const at::Tensor& x)
      : stage_(std::move(stage)),
        part_(std::move(part)),
        x_(x.detach()),
        x_learns_(x.requires_grad()),
        x_version_(x_._version()),
        conditions_(x.device()) {}

  CarryRecord from_carry;

  std::unique_ptr<torch::autograd::SavedVariableHooks> hooks() override {
    return std::make_unique<Hooks>(shared_from_this());
  }

 private:
  struct Hooks final : torch::autograd::SavedVariableHooks {
    explicit Hooks(std::shared_ptr<Computation> of) : computation(std::move(of)) {}
    void call_pack_hook(const at::Tensor&) override { place = computation->saved_++; }
    at::Tensor call_unpack_hook() override { return computation->tensor(place); }
    std::shared_ptr<Computation> computation;
    std::size_t place = 0;
  };

  /// Hands it out for good: a second backward through the graph computes again.
  at::Tensor tensor(std::size_t place) {
    const std::lock_guard lock(mutex_);
    if (tensors_.empty() || !tensors_[place].defined()) stage_->again([&] { compute(); });
    return std::exchange(tensors_[place], at::Tensor());
  }

  void compute() {
    if (x_._version() != x_version_) stage_->fail("was computed from a map that has since been changed in place");
    tensors_.clear();
    Gathered gathered;
    {
      const at::AutoGradMode with_graph(true);
      const AsInForward as_then(conditions_);
      const at::Tensor x = x_learns_ ? x_.detach().requires_grad_() : x_;
      ReplayingCarry carry(from_carry);
      const SavingTo saving(&gathered);
      part_(x, carry);
    }
    if (gathered.tensors.size() != saved_) stage_->fail("computes something else the second time");
    tensors_ = std::move(gathered.tensors);
  }

  std::shared_ptr<Stage> stage_;
  sdk::Part part_;
  at::Tensor x_;
  bool x_learns_;
  std::int64_t x_version_;
  Conditions conditions_;
  std::size_t saved_ = 0;  ///< tensors, in the first computation
  std::mutex mutex_;
  std::vector<at::Tensor> tensors_;  ///< the same of the second, until they are asked for
};

StageRecomputer::StageRecomputer(std::string plugin, sdk::Backbone& backbone)
    : plugin_(std::move(plugin)), backbone_(backbone) {}

StageRecomputer::~StageRecomputer() = default;

void StageRecomputer::choose(const std::vector<std::string>& stages) {
  names_ = stages;
  stages_.clear();
  for (const std::string& stage : stages) stages_.emplace(stage, std::make_shared<Stage>(plugin_, backbone_, stage));
}

at::Tensor StageRecomputer::run(const std::string& stage, const at::Tensor& x, sdk::Carry& carry,
                                const sdk::Part& part) {
  const auto found = stages_.find(stage);
  // Within a part that is computed again anyway, or where nothing is saved, there is nothing to do.
  if (found == stages_.end() || SavingTo::present() != nullptr || !at::GradMode::is_enabled()) return part(x, carry);
  const auto computation = std::make_shared<Computation>(found->second, part, x);
  RecordingCarry recording(carry, computation->from_carry);
  const SavingTo saving(computation.get());
  return part(x, recording);
}

}  // namespace pgt::nn
