#include "base/checksum.hpp"

#include <gtest/gtest.h>

namespace pgt {
namespace {

std::string checksum_of(std::string_view bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.text();
}

/// The examples of RFC 3720, appendix B.4, and the usual check value.
TEST(Checksum, IsCrc32c) {
  EXPECT_EQ(checksum_of(""), "00000000");
  EXPECT_EQ(checksum_of("123456789"), "e3069283");
  EXPECT_EQ(checksum_of(std::string(32, '\0')), "8a9136aa");
  EXPECT_EQ(checksum_of(std::string(32, '\xff')), "62a8ab43");
}

TEST(Checksum, DoesNotDependOnThePieces) {
  const std::string bytes = "the frames of one step, and those of the next";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Checksum sum;
    sum.add(std::string_view(bytes).substr(0, cut));
    sum.add(std::string_view(bytes).substr(cut));
    EXPECT_EQ(sum.text(), checksum_of(bytes)) << cut;
  }
}

}  // namespace
}  // namespace pgt
