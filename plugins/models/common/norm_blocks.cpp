#include "models/common/norm_blocks.hpp"

#include <ATen/Parallel.h>

#include <algorithm>

namespace pgt::models {
namespace {

/// So few numbers that a block of them stays in the cache between two looks at it.
constexpr std::int64_t block_numbers = 65536;

std::int64_t rows_of_block(Rows size) { return std::max<std::int64_t>(1, block_numbers / size.channels); }

std::int64_t blocks_of(Rows size) { return (size.rows + rows_of_block(size) - 1) / rows_of_block(size); }

/// Calls work(block, first row, rows) for every block.
template <class Work>
void for_each_block(Rows size, const Work& work) {
  const std::int64_t rows = rows_of_block(size);
  at::parallel_for(0, blocks_of(size), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      work(block, block * rows, std::min(rows, size.rows - block * rows));
    }
  });
}

/// Calls `work` with the gate as a constant.
template <class Work>
void with_gate(Gate gate, const Work& work) {
  switch (gate) {
    case Gate::open:
      return work(std::integral_constant<Gate, Gate::open>());
    case Gate::by_input:
      return work(std::integral_constant<Gate, Gate::by_input>());
    case Gate::by_result:
      return work(std::integral_constant<Gate, Gate::by_result>());
  }
}

}  // namespace

template <class T>
Moments moments(const T* x, Rows size) {
  const std::int64_t channels = size.channels;
  std::vector<Sum<T>> parts(static_cast<std::size_t>(2 * blocks_of(size) * channels));
  for_each_block(size, [&](std::int64_t block, std::int64_t first, std::int64_t rows) {
    Sum<T>* const mean = parts.data() + 2 * block * channels;
    moments_of_rows(x + first * channels, rows, channels, mean, mean + channels);
  });
  // Chan, Golub and LeVeque: what two sets of numbers have together.
  Moments all{std::vector<double>(static_cast<std::size_t>(channels)),
              std::vector<double>(static_cast<std::size_t>(channels))};
  for (std::int64_t block = 0, before = 0; block < blocks_of(size); ++block) {
    const std::int64_t rows = std::min(rows_of_block(size), size.rows - before);
    const double share = static_cast<double>(rows) / static_cast<double>(before + rows);
    const double weight = static_cast<double>(before) * share;
    const Sum<T>* const mean = parts.data() + 2 * block * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const double apart = mean[c] - all.mean[static_cast<std::size_t>(c)];
      all.mean[static_cast<std::size_t>(c)] += apart * share;
      all.squares[static_cast<std::size_t>(c)] += mean[channels + c] + apart * apart * weight;
    }
    before += rows;
  }
  return all;
}

template <class T>
void normalise(const T* x, const T* added, Affine<T> affine, bool relu, T* y, Rows size) {
  for_each_block(size, [&](std::int64_t, std::int64_t first, std::int64_t rows) {
    const std::int64_t at = first * size.channels;
    normalise_rows(x + at, added ? added + at : nullptr, affine, relu, y + at, rows, size.channels);
  });
}

template <class T>
GradientSums gradient_sums(const RowsBack<T>& back, Gate gate, T* behind, Rows size) {
  const std::int64_t channels = size.channels;
  std::vector<Sum<T>> parts(static_cast<std::size_t>(2 * blocks_of(size) * channels));
  with_gate(gate, [&](auto known) {
    for_each_block(size, [&](std::int64_t block, std::int64_t first, std::int64_t rows) {
      Sum<T>* const sum = parts.data() + 2 * block * channels;
      const std::int64_t at = first * channels;
      sums_of_rows<T, known.value>(back.from(at), rows, channels, sum, sum + channels, behind ? behind + at : nullptr);
    });
  });
  GradientSums all{std::vector<double>(static_cast<std::size_t>(channels)),
                   std::vector<double>(static_cast<std::size_t>(channels))};
  for (std::int64_t block = 0; block < blocks_of(size); ++block) {
    const Sum<T>* const sum = parts.data() + 2 * block * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      all.sum[static_cast<std::size_t>(c)] += sum[c];
      all.products[static_cast<std::size_t>(c)] += sum[channels + c];
    }
  }
  return all;
}

template <class T>
void input_gradient(const RowsBack<T>& back, Gate gate, const Sum<T>* slope, const Sum<T>* offset, T* to, Rows size) {
  with_gate(gate, [&](auto known) {
    for_each_block(size, [&](std::int64_t, std::int64_t first, std::int64_t rows) {
      const std::int64_t at = first * size.channels;
      gradient_of_rows<T, known.value>(back.from(at), rows, size.channels, slope, offset, to + at);
    });
  });
}

#define PGT_FOR_NUMBERS_OF(T)                                              \
  template Moments moments(const T*, Rows);                                \
  template void normalise(const T*, const T*, Affine<T>, bool, T*, Rows);  \
  template GradientSums gradient_sums(const RowsBack<T>&, Gate, T*, Rows); \
  template void input_gradient(const RowsBack<T>&, Gate, const Sum<T>*, const Sum<T>*, T*, Rows);

PGT_FOR_NUMBERS_OF(float)
PGT_FOR_NUMBERS_OF(double)
PGT_FOR_NUMBERS_OF(c10::BFloat16)

#undef PGT_FOR_NUMBERS_OF

}  // namespace pgt::models
