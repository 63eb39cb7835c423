#include <ATen/Dispatch.h>
#include <ATen/OpMathType.h>

#include <cmath>
#include <tuple>
#include <utility>

#include "models/common/norm_blocks.hpp"
#include "models/common/norm_loops.hpp"

namespace pgt::models {
namespace {

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
at::Tensor table_of(const at::Tensor& x, const BatchNorm& norm) {
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

template <class T>
RowsBack<T> rows_back(const NormBack& back) {
  return {back.gradient.const_data_ptr<T>(), back.x.const_data_ptr<T>(),
          back.result.defined() ? back.result.const_data_ptr<T>() : nullptr, affine_of<T>(back.table),
          row_of<Sum<T>>(back.table, mean_row)};
}

class OnCpu final : public NormLoops {
 public:
  bool take(const at::Tensor& x) const override {
    return x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble || x.scalar_type() == at::kBFloat16;
  }

  at::Tensor channel_table(const at::Tensor& x, const BatchNorm& norm) const override {
    at::Tensor table;
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_norm",
                                   [&] { table = table_of<scalar_t>(x, norm); });
    return table;
  }

  at::Tensor normalised(const at::Tensor& x, const at::Tensor& table, const std::optional<at::Tensor>& added,
                        bool relu) const override {
    const at::Tensor y = at::empty_like(x);
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, x.scalar_type(), "batch_norm", [&] {
      normalise(x.const_data_ptr<scalar_t>(), added ? added->const_data_ptr<scalar_t>() : nullptr,
                affine_of<scalar_t>(table), relu, y.data_ptr<scalar_t>(), rows_of(x));
    });
    return y;
  }

  NormSums gradient_sums(const NormBack& back, const at::Tensor& behind) const override {
    NormSums result;
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, back.x.scalar_type(), "batch_norm_backward", [&] {
      scalar_t* const written = back.gate == Gate::by_result ? behind.data_ptr<scalar_t>() : nullptr;
      const GradientSums sums =
          pgt::models::gradient_sums(rows_back<scalar_t>(back), back.gate, written, rows_of(back.x));
      std::tie(result.to_weight, result.to_bias) = parameter_gradients<scalar_t>(sums, back.table);
      if (!back.batch_statistics) return;
      result.slopes = table_for(back.x, 2);
      put_slopes<scalar_t>(sums, back.table, static_cast<double>(rows_of(back.x).rows), result.slopes);
    });
    return result;
  }

  void put_input_gradient(const NormBack& back, const at::Tensor& given, const at::Tensor& to) const override {
    const at::Tensor slopes = given.defined() ? given : table_for(back.x, 2).zero_();
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, back.x.scalar_type(), "batch_norm_backward", [&] {
      input_gradient(rows_back<scalar_t>(back), back.gate, row_of<Sum<scalar_t>>(slopes, 0),
                     row_of<Sum<scalar_t>>(slopes, 1), to.data_ptr<scalar_t>(), rows_of(back.x));
    });
  }
};

}  // namespace

const NormLoops& norm_loops_on_cpu() {
  static const OnCpu loops;
  return loops;
}

}  // namespace pgt::models
