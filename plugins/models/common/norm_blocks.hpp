/// Batch normalisation of rows of channels (norm_rows.hpp) in blocks, on all threads. The results do not depend on how
/// many there are. T: float, double or c10::BFloat16.
#pragma once

#include <cstdint>
#include <vector>

#include "models/common/norm_rows.hpp"

namespace pgt::models {

struct Rows {
  std::int64_t rows, channels;
};

/// Of each channel, over all rows.
struct Moments {
  std::vector<double> mean, squares;  ///< squares: of the distances from the mean, added up
};

struct GradientSums {
  std::vector<double> sum, products;  ///< of the gradient behind the gate, and of it and the distance from the mean
};

template <class T>
Moments moments(const T* x, Rows size);

template <class T>
void normalise(const T* x, const T* added, Affine<T> affine, bool relu, T* y, Rows size);

template <class T>
GradientSums gradient_sums(const RowsBack<T>& back, Gate gate, T* behind, Rows size);

template <class T>
void input_gradient(const RowsBack<T>& back, Gate gate, const Sum<T>* slope, const Sum<T>* offset, T* to, Rows size);

}  // namespace pgt::models
