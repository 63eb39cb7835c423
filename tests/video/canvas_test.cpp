#include "video/canvas.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace pgt::video {
namespace {

constexpr Colour ink{200, 100, 50};

std::string rows_of(const Canvas& canvas) {
  std::string rows;
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) rows += canvas.at(x, y) == ink ? '#' : '.';
    rows += '\n';
  }
  return rows;
}

TEST(Canvas, WritesLetters) {
  Canvas canvas(17, 7);
  canvas.text(0, 0, 1, ink, "Ag3", 3);
  EXPECT_EQ(rows_of(canvas),
            ".###........#####\n"
            "#...#..####....#.\n"
            "#...#.#...#...#..\n"
            "#...#.#...#....#.\n"
            "#####..####.....#\n"
            "#...#.....#.#...#\n"
            "#...#..###...###.\n");
}

TEST(Canvas, DrawsABoxForWhatTheFontLacks) {
  const std::string text =
      "Gl\xc3\xbc"
      "ck \xe8\xb7\xb3 \xff\xc3";  // a letter, a sign, and bytes of neither
  EXPECT_EQ(undrawable(text), "\xc3\xbc\xe8\xb7\xb3\xff\xc3");
  EXPECT_EQ(undrawable("all of ASCII ~"), "");
  Canvas canvas(5, 7);
  canvas.text(0, 0, 1, ink, "\xe8\xb7\xb3", 1);
  EXPECT_EQ(rows_of(canvas), "#####\n#...#\n#...#\n#...#\n#...#\n#...#\n#####\n");
}

TEST(Canvas, ShortensAndLeavesOutWhatDoesNotFit) {
  Canvas canvas(6 * 3, 7), expected(6 * 3, 7);
  canvas.text(0, 0, 1, ink, "abcd", 3);
  expected.text(0, 0, 1, ink, "a..", 3);
  EXPECT_EQ(rows_of(canvas), rows_of(expected));
  canvas.fill(-5, -5, 100, 6, ink);
  canvas.fill(30, 2, 5, 5, ink);
  canvas.text(14, -3, 2, ink, "WW", 2);
  EXPECT_EQ(canvas.at(17, 0), ink);
  EXPECT_EQ(canvas.at(0, 1), Colour{});
}

}  // namespace
}  // namespace pgt::video
