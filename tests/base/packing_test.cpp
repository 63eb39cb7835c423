#include "base/packing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pgt {
namespace {

struct Place {
  std::string name;
  std::vector<double> numbers;
  bool there = false;

  template <typename Archive>
  friend void members(Archive& archive, Place& place) {
    archive(place.name, place.numbers, place.there);
  }
};

TEST(Packing, GivesBackTheSameBits) {
  std::vector<Place> places{{"", {}, true}, {"a\0b", {0.1, -0.0, 1e-310}, false}};
  places[1].name.push_back('\0');
  places[1].numbers.push_back(std::numeric_limits<double>::quiet_NaN());
  const auto found = unpacked<std::vector<Place>>(packed(places));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "");
  EXPECT_TRUE(found[0].there);
  EXPECT_EQ(found[1].name, places[1].name);
  EXPECT_FALSE(found[1].there);
  ASSERT_EQ(found[1].numbers.size(), 4U);
  EXPECT_EQ(found[1].numbers[0], 0.1);
  EXPECT_TRUE(std::signbit(found[1].numbers[1]));
  EXPECT_EQ(found[1].numbers[2], 1e-310);
  EXPECT_TRUE(std::isnan(found[1].numbers[3]));
}

TEST(Packing, KeepsAPathThatIsNotText) {
  std::filesystem::path path = "clips/caf\xe9.mp4";
  EXPECT_EQ(unpacked<std::filesystem::path>(packed(path)), path);
}

}  // namespace
}  // namespace pgt
