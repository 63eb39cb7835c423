#include "base/npy.hpp"

#include <bit>

namespace pgt {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Value>
std::string with_values(const char* type, std::span<const Value> values, const std::vector<std::size_t>& shape) {
  std::string bytes = npy_header(type, shape);
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return bytes;
}

}  // namespace

/// Magic, version, and a dictionary in Python's words, filled up so that the values begin at a multiple of 64 bytes.
std::string npy_header(const char* type, const std::vector<std::size_t>& shape) {
  std::string text = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (";
  for (const std::size_t size : shape) text += std::to_string(size) + ", ";
  text += "), }";
  constexpr std::size_t before = 10;
  text.append(63 - (before + text.size()) % 64, ' ').append("\n");
  const auto length = static_cast<std::uint16_t>(text.size());
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(length & 0xFFU);
  header += static_cast<char>(length >> 8U);
  return header + text;
}

std::string npy(std::span<const float> values, const std::vector<std::size_t>& shape) {
  return with_values("<f4", values, shape);
}

std::string npy(std::span<const double> values, const std::vector<std::size_t>& shape) {
  return with_values("<f8", values, shape);
}

}  // namespace pgt
