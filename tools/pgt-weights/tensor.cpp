#include "contents.hpp"

namespace pgt::weights {
namespace {

struct Row {
  std::size_t size;
  const char* name;
};
constexpr Row rows[] = {{8, "float64"}, {4, "float32"}, {2, "float16"}, {2, "bfloat16"}, {8, "int64"},
                        {4, "int32"},   {2, "int16"},   {1, "int8"},    {1, "uint8"},    {1, "bool"}};

}  // namespace

std::size_t size_of(Type type) { return rows[static_cast<std::size_t>(type)].size; }

const char* name_of(Type type) { return rows[static_cast<std::size_t>(type)].name; }

std::int64_t Tensor::elements() const {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return count;
}

}  // namespace pgt::weights
