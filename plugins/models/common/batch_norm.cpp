#include "models/common/batch_norm.hpp"

#include <ATen/OpMathType.h>
#include <ATen/record_function.h>

#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "models/common/conv.hpp"
#include "models/common/norm_blocks.hpp"

namespace pgt::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The rows of a table with a number for each channel; the table is in the numbers that are computed with.
enum ChannelRow { scale_row, shift_row, mean_row, deviation_row, rows_of_table };  // deviation: 1 / √(variance + ε)

Rows rows_of(const at::Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

at::Tensor table_for(const at::Tensor& x, std::int64_t rows) {
  return at::empty({rows, x.size(1)}, x.options().dtype(at::toOpMathType(x.scalar_type())));
}

template <class Number>
Number* row_of(const at::Tensor& table, std::int64_t row) {
  return table.data_ptr<Number>() + row * table.size(1);
}

template <class T>
Affine<T> affine_of(const at::Tensor& table) {
  return {row_of<Sum<T>>(table, scale_row), row_of<Sum<T>>(table, shift_row)};
}

/// Moves the running statistics.
template <class T>
void put_batch_statistics(const at::Tensor& x, const BatchNorm& norm, const at::Tensor& table) {
  const Rows size = rows_of(x);
  const Moments batch = moments(x.const_data_ptr<T>(), size);
  const auto rows = static_cast<double>(size.rows);
  auto* const running_mean = norm.running_mean.data_ptr<Sum<T>>();
  auto* const running_var = norm.running_var.data_ptr<Sum<T>>();
  for (std::int64_t c = 0; c < size.channels; ++c) {
    const double mean = batch.mean[static_cast<std::size_t>(c)], squares = batch.squares[static_cast<std::size_t>(c)];
    row_of<Sum<T>>(table, mean_row)[c] = static_cast<Sum<T>>(mean);
    row_of<Sum<T>>(table, deviation_row)[c] = static_cast<Sum<T>>(1 / std::sqrt(squares / rows + norm.epsilon));
    const auto moved = [&](Sum<T>& running, double value) {
      running = static_cast<Sum<T>>((1 - norm.momentum) * running + norm.momentum * value);
    };
    moved(running_mean[c], mean);
    moved(running_var[c], squares / (rows - 1));
  }
}

template <class T>
void put_running_statistics(const BatchNorm& norm, const at::Tensor& table) {
  const auto* const mean = norm.running_mean.const_data_ptr<Sum<T>>();
  const auto* const variance = norm.running_var.const_data_ptr<Sum<T>>();
  for (std::int64_t c = 0; c < table.size(1); ++c) {
    row_of<Sum<T>>(table, mean_row)[c] = mean[c];
    row_of<Sum<T>>(table, deviation_row)[c] = static_cast<Sum<T>>(1 / std::sqrt(variance[c] + norm.epsilon));
  }
}

template <class T>
at::Tensor channel_table(const at::Tensor& x, const BatchNorm& norm) {
  const at::Tensor table = table_for(x, rows_of_table);
  norm.batch_statistics ? put_batch_statistics<T>(x, norm, table) : put_running_statistics<T>(norm, table);
  const auto* const weight = norm.weight.const_data_ptr<Sum<T>>();
  const auto* const bias = norm.bias.const_data_ptr<Sum<T>>();
  for (std::int64_t c = 0; c < table.size(1); ++c) {
    const Sum<T> scale = weight[c] * row_of<Sum<T>>(table, deviation_row)[c];
    row_of<Sum<T>>(table, scale_row)[c] = scale;
    row_of<Sum<T>>(table, shift_row)[c] = bias[c] - row_of<Sum<T>>(table, mean_row)[c] * scale;
  }
  return table;
}

/// With batch statistics the input moves them too: the gradient loses its mean, and its part along the input.
template <class T>
void put_slopes(const GradientSums& sums, const at::Tensor& table, double rows, const at::Tensor& slopes) {
  for (std::int64_t c = 0; c < table.size(1); ++c) {
    const double scale = row_of<Sum<T>>(table, scale_row)[c], deviation = row_of<Sum<T>>(table, deviation_row)[c];
    const auto i = static_cast<std::size_t>(c);
    row_of<Sum<T>>(slopes, 0)[c] = static_cast<Sum<T>>(-scale * deviation * deviation * sums.products[i] / rows);
    row_of<Sum<T>>(slopes, 1)[c] = static_cast<Sum<T>>(-scale * sums.sum[i] / rows);
  }
}

template <class T>
std::pair<at::Tensor, at::Tensor> parameter_gradients(const GradientSums& sums, const at::Tensor& table) {
  at::Tensor weight = at::empty({table.size(1)}, table.options()), bias = at::empty_like(weight);
  for (std::int64_t c = 0; c < table.size(1); ++c) {
    const auto i = static_cast<std::size_t>(c);
    row_of<Sum<T>>(weight.view({1, -1}), 0)[c] =
        static_cast<Sum<T>>(sums.products[i] * row_of<Sum<T>>(table, deviation_row)[c]);
    row_of<Sum<T>>(bias.view({1, -1}), 0)[c] = static_cast<Sum<T>>(sums.sum[i]);
  }
  return {weight, bias};
}

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
    at::Tensor y = at::empty_like(x), table;
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_norm", [&] {
      table = channel_table<scalar_t>(x, norm);
      normalise(x.const_data_ptr<scalar_t>(), added ? added->const_data_ptr<scalar_t>() : nullptr,
                affine_of<scalar_t>(table), relu, y.data_ptr<scalar_t>(), rows_of(x));
    });
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
    const at::Tensor gradient = gradients.at(0).contiguous(channels_last);
    const at::Tensor &x = saved.at(0), &table = saved.at(1), &result = saved.at(2);
    const auto gate = static_cast<Gate>(ctx->saved_data["gate"].toInt());
    const bool batch_statistics = ctx->saved_data["batch_statistics"].toBool();
    const bool adds = ctx->saved_data["adds"].toBool();
    at::Tensor to_x = sole && !adds ? gradient : at::empty_like(x), to_weight, to_bias, to_added;
    if (adds) to_added = sole || gate == Gate::open ? gradient : at::empty_like(x);
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_norm_backward", [&] {
      const RowsBack<scalar_t> back{gradient.const_data_ptr<scalar_t>(), x.const_data_ptr<scalar_t>(),
                                    result.defined() ? result.const_data_ptr<scalar_t>() : nullptr,
                                    affine_of<scalar_t>(table), row_of<Sum<scalar_t>>(table, mean_row)};
      const at::Tensor slopes = table_for(x, 2).zero_();
      RowsBack<scalar_t> behind = back;
      Gate left = gate;
      if (batch_statistics || ctx->needs_input_grad(1) || gate == Gate::by_result) {
        scalar_t* const written = gate == Gate::by_result ? to_added.data_ptr<scalar_t>() : nullptr;
        const GradientSums sums = gradient_sums(back, gate, written, rows_of(x));
        std::tie(to_weight, to_bias) = parameter_gradients<scalar_t>(sums, table);
        if (batch_statistics) put_slopes<scalar_t>(sums, table, static_cast<double>(rows_of(x).rows), slopes);
        if (written) {
          behind.gradient = written;
          left = Gate::open;
        }
      }
      input_gradient(behind, left, row_of<Sum<scalar_t>>(slopes, 0), row_of<Sum<scalar_t>>(slopes, 1),
                     to_x.data_ptr<scalar_t>(), rows_of(x));
    });
    return {to_x, to_weight, to_bias, to_added, at::Tensor(), at::Tensor()};
  }
};

/// Whether a tensor of numbers for each channel is what the loops read.
bool fits(const at::Tensor& of_channels, const at::Tensor& x) {
  return of_channels.scalar_type() == at::toOpMathType(x.scalar_type()) && of_channels.is_contiguous();
}

bool runs_in_one_pass(const at::Tensor& x, const BatchNorm& norm, const at::Tensor& added) {
  const at::ScalarType type = x.scalar_type();
  if (!x.is_cpu() || (type != at::kFloat && type != at::kDouble && type != at::kBFloat16)) return false;
  if (x.dim() != 5 || x.numel() == 0 || !x.is_contiguous(channels_last)) return false;
  if (added.defined() && (added.scalar_type() != type || added.sizes() != x.sizes())) return false;
  return fits(norm.weight, x) && fits(norm.bias, x) && fits(norm.running_mean, x) && fits(norm.running_var, x);
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
