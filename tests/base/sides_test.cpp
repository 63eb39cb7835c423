#include "base/sides.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pgt {
namespace {

std::string side_in(const std::vector<std::string>& names) { return name_with_a_side(names).value_or(""); }

TEST(Sides, AreToldByWholeWords) {
  for (const char* name : {"left", "turn left", "Turn_Right", "TurnLeft", "left2", "hand-left.up", "RIGHT", "clockwise",
                           "counter-clockwise", "rechts abbiegen", "tourner à gauche", "girar a la derecha", "左转",
                           "im_Uhrzeigersinn", "повернуть налево"}) {
    EXPECT_EQ(side_in({"jump", name}), name);
  }
  for (const char* name : {"bright", "upright", "leftover", "cleft", "copyright", "blinks", "wright", "playwright", "l",
                           "red-circle_then_blue-square", "girl", "droit", ""}) {
    EXPECT_EQ(side_in({"jump", name}), "") << name;
  }
}

TEST(Sides, AreToldByOppositesWithinWords) {
  EXPECT_EQ(side_in({"swiperight", "swipeleft"}), "swipeleft");
  EXPECT_EQ(side_in({"Arm_L", "Arm_R"}), "Arm_L");
  EXPECT_EQ(side_in({"Rechtskurve", "Linkskurve"}), "Linkskurve");
  EXPECT_EQ(side_in({"Rechtskurve", "Gerade"}), "");
  EXPECT_EQ(side_in({"bright", "cleft"}), "");
  EXPECT_EQ(side_in({"l", "r"}), "") << "letters of an alphabet";
}

}  // namespace
}  // namespace pgt
