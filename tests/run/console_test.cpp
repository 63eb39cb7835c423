#include "run/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t epochs = 30;
constexpr std::int64_t never = 1000000;  // iterations

TEST(Console, SaysHowFarALongClipIs) {
  const Scratch scratch;
  Log log(scratch / "train.log", {.quiet = true});
  Console console(log, epochs, never, std::chrono::seconds(0));
  console.step({.epoch = 2, .iteration = 119, .iterations = 480, .step = 56});
  EXPECT_THAT(read_file(scratch / "train.log"), HasSubstr("epoch  3/30  iter 120/480  step 57\n"));
}

TEST(Console, SaysHowFarALongEvaluationIs) {
  const Scratch scratch;
  Log log(scratch / "train.log", {.quiet = true});
  Console console(log, epochs, never, std::chrono::seconds(0));
  console.progress("val", 12, 480);
  EXPECT_THAT(read_file(scratch / "train.log"), HasSubstr("val  12/480\n"));
}

TEST(Console, SaysNothingMoreAShortWhileAfterALine) {
  const Scratch scratch;
  Log log(scratch / "train.log", {.quiet = true});
  Console console(log, epochs, never, std::chrono::hours(1));
  for (std::int64_t step = 0; step < 100; ++step) console.step({.epoch = 0, .iterations = 1, .step = step});
  console.progress("val", 12, 480);
  EXPECT_THAT(read_file(scratch / "train.log"), Not(HasSubstr("1")));
}

}  // namespace
}  // namespace pgt::run
