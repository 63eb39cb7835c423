#include "datasets/common/class_table.hpp"

#include <gmock/gmock.h>

namespace pgt::datasets {
namespace {

using testing::ElementsAre;

TEST(ClassTable, SortsNumbersAsNumbers) {
  EXPECT_THAT(class_table({"0", "1", "10", "11", "2"}), ElementsAre("0", "1", "2", "10", "11"));
  EXPECT_THAT(class_table({"5", "-1", "-10", "0", "007", "7"}), ElementsAre("-10", "-1", "0", "5", "007", "7"));
  EXPECT_THAT(class_table({"100000000000000000000", "99999999999999999999"}),
              ElementsAre("99999999999999999999", "100000000000000000000"));
}

TEST(ClassTable, SortsNamesByteByByte) {
  EXPECT_THAT(class_table({"run", "Jump", "10", "2"}), ElementsAre("10", "2", "Jump", "run"));
  EXPECT_THAT(class_table({"1.5", "1", "10"}), ElementsAre("1", "1.5", "10"));
  EXPECT_THAT(class_table({"-", "10", "9"}), ElementsAre("-", "10", "9"));
}

}  // namespace
}  // namespace pgt::datasets
