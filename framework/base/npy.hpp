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

/// What is in front of the values; `type` is NumPy's word for them, such as "<f4". Of one length for all shapes of as
/// many dimensions that are of usual size (128 bytes).
std::string npy_header(const char* type, const std::vector<std::size_t>& shape);

}  // namespace pgt
