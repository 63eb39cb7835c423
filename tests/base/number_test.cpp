#include "base/number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace pgt {
namespace {

TEST(Number, ReadsBackAsItWas) {
  for (const double value : {0.1, 1.0 / 3, 1e300, -2.5e-7}) EXPECT_EQ(std::stod(round_trip(value)), value);
  EXPECT_EQ(round_trip(0.077F), "0.077");  // of the shorter type
  EXPECT_EQ(round_trip(NAN), "");
}

TEST(Number, HasSoManyDigits) {
  EXPECT_EQ(fixed(2.0 / 3, 2), "0.67");
  EXPECT_EQ(scientific(0.025, 2), "2.50e-02");
  EXPECT_EQ(fixed(INFINITY, 2), "-");
}

TEST(Bytes, AreInTheUnitThatReadsBest) {
  EXPECT_EQ(bytes_text(24'000), "24 kB");
  EXPECT_EQ(bytes_text(350'400'000), "350 MB");
  EXPECT_EQ(bytes_text(3'120'000'000), "3.1 GB");
}

}  // namespace
}  // namespace pgt
