/// Arrays as .npy files, which numpy.load reads (NumPy's format 1.0).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pgt {

/// The bytes of a file with an array of this shape, row by row. `values` has as many as the shape says.
std::string npy(std::span<const float> values, const std::vector<std::size_t>& shape);
std::string npy(std::span<const double> values, const std::vector<std::size_t>& shape);

}  // namespace pgt
