#include "eval/confusion_svg.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "occurrences.hpp"

namespace pgt::eval {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::vector<std::int64_t>> diagonal(std::size_t classes) {
  std::vector<std::vector<std::int64_t>> counts(classes, std::vector<std::int64_t>(classes));
  for (std::size_t k = 0; k < classes; ++k) counts[k][k] = 3;
  return counts;
}

TEST(ConfusionSvg, LabelsEveryRowAndColumnAndEscapesNames) {
  const std::string svg = confusion_svg({"push & <pull>", "b"}, {{3, 1}, {0, 2}});
  EXPECT_THAT(svg, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_EQ(occurrences(svg, ">push &amp; &lt;pull&gt;</text>"), 2U);
  EXPECT_EQ(occurrences(svg, ">b</text>"), 2U);
  EXPECT_THAT(svg, Not(HasSubstr("<pull>")));
  EXPECT_THAT(svg, HasSubstr("b: 1 of 4"));
  EXPECT_THAT(svg, HasSubstr(">3</text>"));
  EXPECT_EQ(occurrences(svg, "<title>"), 3U) << "cells without videos are left out";
  EXPECT_EQ(occurrences(svg, "<text"), occurrences(svg, "</text>"));
}

TEST(ConfusionSvg, CutsLongNamesBetweenCharacters) {
  const std::string name = "ä" + std::string(21, 'x') + "ööö";
  const std::string svg = confusion_svg({name}, {{1}});
  EXPECT_THAT(svg, HasSubstr(">ä" + std::string(21, 'x') + "ö…</text>"));
  EXPECT_THAT(svg, HasSubstr(name + ": 1 of 1")) << "the tooltip has the whole name";
}

TEST(ConfusionSvg, LeavesLabelsToTooltipsBeyond30Classes) {
  std::vector<std::string> names;
  for (int k = 0; k < 31; ++k) names.push_back("class " + std::to_string(k));
  const std::string many = confusion_svg(names, diagonal(31));
  EXPECT_EQ(occurrences(many, "<text"), 2U) << "the axes' titles alone";
  EXPECT_EQ(occurrences(many, "<title>"), 31U);
  names.pop_back();
  EXPECT_EQ(occurrences(confusion_svg(names, diagonal(30)), "<text"), 2U + 3 * 30);
}

}  // namespace
}  // namespace pgt::eval
