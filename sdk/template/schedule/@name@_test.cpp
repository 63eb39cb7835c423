#include "@name@.cpp"

#include <gtest/gtest.h>

namespace {

std::vector<sdk::Step> steps_of(sdk::Phase phase, std::int64_t epoch) {
  sdk::PlanRequest request;
  request.phase = phase;
  request.epoch = epoch;
  request.epochs = 10;
  return @Class@({}, {}).plan(request).steps;
}

TEST(@Class@, GrowsWhileTraining) {
  EXPECT_EQ(steps_of(sdk::Phase::train, 0).size(), 1U);
  EXPECT_EQ(steps_of(sdk::Phase::train, 2).size(), 3U);
  EXPECT_EQ(steps_of(sdk::Phase::train, 9).size(), 5U);
  EXPECT_EQ(steps_of(sdk::Phase::evaluate, 0).size(), 5U);
}

TEST(@Class@, ReadsEveryFrameOnce) {
  std::int64_t end = 0;
  for (const sdk::Step& step : steps_of(sdk::Phase::evaluate, 0)) {
    EXPECT_EQ(step.frames.at(0).begin, end);
    EXPECT_EQ(step.frames.at(0).end - end + step.overlap.at(0), 8) << "frames of a step";
    end = step.frames.at(0).end;
  }
}

}  // namespace
