#include "models/common/batch_norm.hpp"

#include <ATen/OpMathType.h>
#include <ATen/record_function.h>

#include <optional>

#include "models/common/conv.hpp"
#include "models/common/norm_loops.hpp"

namespace pgt::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const NormLoops& loops_for(const at::Tensor& x) { return x.is_cuda() ? norm_loops_on_gpu() : norm_loops_on_cpu(); }

/// Whether nobody else sees this memory, so that it can be written to: as autograd itself asks before it adds in place.
bool is_sole(const at::Tensor& tensor) {
  return !at::GradMode::is_enabled() && tensor.use_count() == 1 && tensor.has_storage() &&
         tensor.storage().use_count() == 1 && tensor.is_contiguous(channels_last);
}

/// See Note [One pass over memory].
class OnePass : public torch::autograd::Function<OnePass> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& /*weight*/,
                            const at::Tensor& /*bias*/, const std::optional<at::Tensor>& added, const BatchNorm& norm,
                            bool relu) {
    const NormLoops& loops = loops_for(x);
    const at::Tensor table = loops.channel_table(x, norm), y = loops.normalised(x, table, added, relu);
    const Gate gate = !relu ? Gate::open : added ? Gate::by_result : Gate::by_input;
    ctx->save_for_backward({x, table, gate == Gate::by_result ? y : at::Tensor()});
    ctx->saved_data["gate"] = static_cast<std::int64_t>(gate);
    ctx->saved_data["batch_statistics"] = norm.batch_statistics;
    ctx->saved_data["adds"] = added.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& gradients) {
    const variable_list saved = ctx->get_saved_variables();
    const bool sole = is_sole(gradients.at(0));
    NormBack back{.gradient = gradients.at(0).contiguous(channels_last),
                  .x = saved.at(0),
                  .table = saved.at(1),
                  .result = saved.at(2),
                  .gate = static_cast<Gate>(ctx->saved_data["gate"].toInt()),
                  .batch_statistics = ctx->saved_data["batch_statistics"].toBool()};
    const bool adds = ctx->saved_data["adds"].toBool();
    const at::Tensor to_x = sole && !adds ? back.gradient : at::empty_like(back.x);
    at::Tensor to_added;
    if (adds) to_added = sole || back.gate == Gate::open ? back.gradient : at::empty_like(back.x);
    const NormLoops& loops = loops_for(back.x);
    NormSums sums;
    if (back.batch_statistics || ctx->needs_input_grad(1) || ctx->needs_input_grad(2) || back.gate == Gate::by_result) {
      sums = loops.gradient_sums(back, to_added);
      if (back.gate == Gate::by_result) {
        back.gradient = to_added;
        back.gate = Gate::open;
      }
    }
    loops.put_input_gradient(back, sums.slopes, to_x);
    return {to_x, sums.to_weight, sums.to_bias, to_added, at::Tensor(), at::Tensor()};
  }
};

/// Whether a tensor of numbers for each channel is what the loops read.
bool fits(const at::Tensor& of_channels, const at::Tensor& x) {
  return of_channels.scalar_type() == at::toOpMathType(x.scalar_type()) && of_channels.is_contiguous() &&
         of_channels.device() == x.device();
}

bool runs_in_one_pass(const at::Tensor& x, const BatchNorm& norm, const at::Tensor& added) {
  if ((!x.is_cpu() && !x.is_cuda()) || x.dim() != 5 || x.numel() == 0 || !x.is_contiguous(channels_last)) return false;
  if (added.defined() && (added.scalar_type() != x.scalar_type() || added.sizes() != x.sizes())) return false;
  return loops_for(x).take(x) && fits(norm.weight, x) && fits(norm.bias, x) && fits(norm.running_mean, x) &&
         fits(norm.running_var, x);
}

}  // namespace

at::Tensor batch_norm(const at::Tensor& x, const BatchNorm& norm, const Following& following) {
  if (runs_in_one_pass(x, norm, following.added)) {
    std::optional<at::Tensor> added;
    if (following.added.defined()) added = following.added.contiguous(channels_last);
    at::RecordFunction call(at::RecordScope::FUNCTION);  // for who counts or traces what a network does
    if (call.isActive()) call.before("pgt::batch_norm");
    const at::Tensor y = OnePass::apply(x, norm.weight, norm.bias, added, norm, following.relu);
    if (call.needsOutputs()) call.setOutputs(std::vector<c10::IValue>{y});
    return y;
  }
  return follow(torch::batch_norm(x, norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.batch_statistics,
                                  norm.momentum, norm.epsilon, /*cudnn_enabled=*/true),
                following);
}

at::Tensor follow(const at::Tensor& y, const Following& following) {
  at::Tensor result = following.added.defined() ? following.added + y : y;
  return following.relu ? result.relu_() : result;
}

}  // namespace pgt::models
