#include "base/npy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace pgt {
namespace {

TEST(Npy, BeginsWithADescriptionThatFillsMultiplesOf64Bytes) {
  const std::vector<float> values{1.5F, 2, 3, 4, 5, 6};
  const std::string bytes = npy(values, {2, 3});
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t begin = bytes.size() - 24;
  EXPECT_EQ(begin % 64, 0U);
  EXPECT_EQ(static_cast<std::size_t>(static_cast<unsigned char>(bytes[8])), begin - 10);
  EXPECT_EQ(bytes[begin - 1], '\n');
  EXPECT_THAT(bytes, testing::HasSubstr("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, ), }"));
  float first = 0;
  std::memcpy(&first, bytes.data() + begin, sizeof first);
  EXPECT_EQ(first, 1.5F);
}

TEST(Npy, TakesDoublesAndNothing) {
  EXPECT_THAT(npy(std::vector<double>{1}, {1}), testing::HasSubstr("'<f8', 'fortran_order': False, 'shape': (1, )"));
  EXPECT_EQ(npy(std::vector<double>{}, {0}).size() % 64, 0U);
}

}  // namespace
}  // namespace pgt
