/// Normalising rows of channels that lie next to each other: the loops, without tensors.
///
/// A map (N, C, T, H, W) with its channels last is N·T·H·W rows of C numbers. What is added up over rows is added up
/// over a block of them in the numbers of `Sum`, and blocks in float64 (norm_blocks.hpp).
#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>
#include <type_traits>

#include "models/common/widest_vectors.hpp"

namespace pgt::models {

/// The numbers in which T is computed with.
template <class T>
using Sum = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Where a ReLU let the forward through, and so lets the gradient: everywhere, for there was none; where what the
/// normalisation makes of its input is above 0; or where the result is.
enum class Gate { open, by_input, by_result };

/// Of each channel.
template <class T>
struct Affine {
  const Sum<T>* scale;
  const Sum<T>* shift;
};

/// Mean of each channel over the rows, and the sum of the squared distances from it.
template <class T>
void moments_of_rows(const T* x, std::int64_t rows, std::int64_t channels, Sum<T>* mean, Sum<T>* squares) {
  with_widest_vectors([=]() __attribute__((always_inline)) {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c) mean[c] = squares[c] = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < channels; ++c) mean[c] += static_cast<Sum<T>>(x[row * channels + c]);
    }
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c) mean[c] /= static_cast<Sum<T>>(rows);
    for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < channels; ++c) {
        const Sum<T> distance = static_cast<Sum<T>>(x[row * channels + c]) - mean[c];
        squares[c] += distance * distance;
      }
    }
  });
}

/// y = x·scale + shift, + added where that is not null; with `relu` nothing below 0, but NaN as it is.
template <class T>
void normalise_rows(const T* x, const T* added, Affine<T> affine, bool relu, T* y, std::int64_t rows,
                    std::int64_t channels) {
  const Sum<T>* const scale = affine.scale;
  const Sum<T>* const shift = affine.shift;
  const auto each = [=]<bool adds, bool cuts>() {
    with_widest_vectors([=]() __attribute__((always_inline)) {
      for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
        for (std::int64_t c = 0; c < channels; ++c) {
          const std::int64_t i = row * channels + c;
          Sum<T> value = static_cast<Sum<T>>(x[i]) * scale[c] + shift[c];
          if constexpr (adds) value += static_cast<Sum<T>>(added[i]);
          if constexpr (cuts) value = value < 0 ? Sum<T>(0) : value;
          y[i] = static_cast<T>(value);
        }
      }
    });
  };
  if (added) return relu ? each.template operator()<true, true>() : each.template operator()<true, false>();
  return relu ? each.template operator()<false, true>() : each.template operator()<false, false>();
}

/// What the gradient of normalised rows needs of them.
template <class T>
struct RowsBack {
  const T* gradient;  ///< of the result
  const T* x;
  const T* result;     ///< for Gate::by_result
  Affine<T> affine;    ///< what was normalised with
  const Sum<T>* mean;  ///< of each channel

  /// From a later number on.
  RowsBack from(std::int64_t first) const {
    return {gradient + first, x + first, result ? result + first : nullptr, affine, mean};
  }
};

/// The gradient behind the gate, of one number x whose result was `result`.
template <class T, Gate gate>
[[gnu::always_inline]] inline Sum<T> passed(T gradient, Sum<T> x, Sum<T> scale, Sum<T> shift, T result) {
  const auto all = static_cast<Sum<T>>(gradient);
  if constexpr (gate == Gate::by_input) return x * scale + shift <= 0 ? Sum<T>(0) : all;
  if constexpr (gate == Gate::by_result) return static_cast<Sum<T>>(result) <= 0 ? Sum<T>(0) : all;
  return all;
}

/// Sums over the rows of the gradient behind the gate, and of its products with the distances from the mean. Behind
/// Gate::by_result the gradient itself is written too: it is also that of what was added.
template <class T, Gate gate>
void sums_of_rows(const RowsBack<T>& back, std::int64_t rows, std::int64_t channels, Sum<T>* sum, Sum<T>* products,
                  T* behind) {
  const T* const gradient = back.gradient;
  const T* const x = back.x;
  const T* const result = gate == Gate::by_result ? back.result : back.x;
  const Sum<T>* const scale = back.affine.scale;
  const Sum<T>* const shift = back.affine.shift;
  const Sum<T>* const mean = back.mean;
  with_widest_vectors([=]() __attribute__((always_inline)) {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c) sum[c] = products[c] = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < channels; ++c) {
        const std::int64_t i = row * channels + c;
        const auto value = static_cast<Sum<T>>(x[i]);
        const Sum<T> let = passed<T, gate>(gradient[i], value, scale[c], shift[c], result[i]);
        if constexpr (gate == Gate::by_result) behind[i] = static_cast<T>(let);
        sum[c] += let;
        products[c] += let * (value - mean[c]);
      }
    }
  });
}

/// The gradient of the input: gradient behind the gate · scale + (x − mean)·slope + offset.
template <class T, Gate gate>
void gradient_of_rows(const RowsBack<T>& back, std::int64_t rows, std::int64_t channels, const Sum<T>* slope,
                      const Sum<T>* offset, T* to) {
  const T* const gradient = back.gradient;
  const T* const x = back.x;
  const Sum<T>* const scale = back.affine.scale;
  const Sum<T>* const shift = back.affine.shift;
  const Sum<T>* const mean = back.mean;
  with_widest_vectors([=]() __attribute__((always_inline)) {
    for (std::int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < channels; ++c) {
        const std::int64_t i = row * channels + c;
        const auto value = static_cast<Sum<T>>(x[i]);
        const Sum<T> let = passed<T, gate>(gradient[i], value, scale[c], shift[c], x[i]);
        to[i] = static_cast<T>(let * scale[c] + ((value - mean[c]) * slope[c] + offset[c]));
      }
    }
  });
}

}  // namespace pgt::models
