#include "session/forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace pgt::session {
namespace {

/// Steps that are back-propagated one by one, or all at the end.
std::vector<sdk::Step> steps_of(std::size_t count, bool one_by_one, std::int64_t frames = 4) {
  std::vector<sdk::Step> steps(count);
  for (std::size_t i = 0; i < count; ++i) {
    steps[i].frames = {{0, frames}};
    steps[i].detach = i == 0 || one_by_one;
    steps[i].backward = one_by_one || i + 1 == count;
  }
  return steps;
}

Shape shape(std::int64_t batch, std::vector<sdk::Step> steps, std::int64_t size = 64) {
  return {batch, batch, std::move(steps), size};
}

/// 130 bytes in a batch of 2, of which 100 are activations.
Trial trial_of(std::vector<sdk::Step> steps) {
  return {.shape = shape(2, std::move(steps)), .tensors = 130, .used = 110, .gradients = 26, .carry = 4, .frames = 10};
}

std::int64_t activations(const Trial& trial, const Shape& of) { return forecast({}, trial, of).activations; }

TEST(Forecast, ActivationsGrowWithTheVideosAndGradientsDoNot) {
  const Trial trial = trial_of(steps_of(3, true));
  EXPECT_EQ(activations(trial, shape(2, steps_of(6, true))), 100);
  EXPECT_EQ(activations(trial, shape(8, steps_of(6, true))), 400);
  const Memory memory = forecast({.weights = 1000, .gradients = 26}, trial, shape(8, steps_of(6, true)));
  EXPECT_EQ(memory.carry, 16);
  EXPECT_EQ(memory.frames, 40);
  EXPECT_EQ(memory.all(), 1000 + 26 + 400 + 16 + 40);
}

TEST(Forecast, ActivationsGrowWithThePicturesOfAStep) {
  const Trial trial = trial_of(steps_of(3, true));
  EXPECT_EQ(activations(trial, shape(2, steps_of(3, true, 8))), 200);
  EXPECT_EQ(activations(trial, shape(2, steps_of(3, true), 128)), 400);
}

TEST(Forecast, WhatIsKeptForTheNextTensorsHasALimit) {
  constexpr std::int64_t mebibyte = 1 << 20;
  Trial trial = trial_of(steps_of(3, true));
  trial.gradients = trial.carry = 0;
  trial.tensors = 160 * mebibyte;
  trial.used = 100 * mebibyte;
  EXPECT_EQ(activations(trial, shape(2, steps_of(3, true))), 160 * mebibyte);
  EXPECT_EQ(activations(trial, shape(8, steps_of(3, true))), (400 + 100 + 64) * mebibyte) << "and not 640";
}

TEST(Forecast, StepsInOneGraphAreKeptTogether) {
  const Trial trial = trial_of(steps_of(3, false));
  EXPECT_EQ(activations(trial, shape(2, steps_of(6, false))), 200);
  EXPECT_EQ(activations(trial, shape(4, steps_of(6, false))), 400);
}

TEST(Forecast, AWindowOfGradientsKeepsSoManyGraphs) {
  const auto window = [](std::size_t count, std::int64_t reach) {
    std::vector<sdk::Step> steps = steps_of(count, true);
    for (std::size_t i = 0; i < count; ++i) {
      steps[i].gradient_reach = std::min(static_cast<std::int64_t>(i), reach);
    }
    return steps;
  };
  const Trial trial = trial_of(window(3, 2));
  EXPECT_EQ(activations(trial, shape(2, window(6, 2))), 100);
  EXPECT_EQ(activations(trial, shape(2, window(6, 5))), 200);
}

TEST(Forecast, PartsOfABatchHaveTheirActivationsOneAfterAnother) {
  const Trial trial = trial_of(steps_of(3, true));
  Shape parts = shape(8, steps_of(3, true));
  parts.at_a_time = 2;
  const Memory memory = forecast({}, trial, parts);
  EXPECT_EQ(memory.activations, 100);
  EXPECT_EQ(memory.carry, 16) << "of all videos";
}

/// Of 8 videos: 400 of activations, 56 of carry and frames, and 100 that stay.
Change change(std::int64_t capacity, Freedom freedom = {}, std::int64_t at_a_time = 8, std::int64_t frames = 4) {
  Shape present = shape(8, steps_of(3, true, frames));
  present.at_a_time = at_a_time;
  return smallest_change({.weights = 100}, trial_of(steps_of(3, true, frames)), present, freedom, capacity);
}

TEST(SmallestChange, IsAsManyVideosAtATimeAsFit) {
  EXPECT_EQ(change(1000).text, "train.micro_batch = 4") << "all did not fit, whatever the forecast says";
  EXPECT_EQ(change(356).bytes, 100 + 56 + 200);
  EXPECT_EQ(change(356).text, "train.micro_batch = 4");
  EXPECT_EQ(change(355).text, "train.micro_batch = 2");
  EXPECT_EQ(change(210).text, "train.micro_batch = 1");
}

TEST(SmallestChange, IsOfTheBatchWhereItsPartsCannotBeLearned) {
  EXPECT_EQ(change(328, {.parts = false}).text, "train.batch_size = 4 with train.accumulate = 2");
  EXPECT_EQ(change(160, {.parts = false}).text, "train.batch_size = 1 with train.accumulate = 8");
  EXPECT_EQ(change(328, {.parts = false, .accumulate = 4}).text, "train.batch_size = 4 with train.accumulate = 8");
  EXPECT_EQ(change(328, {.parts = false, .accumulate = 0}).text, "train.batch_size = 4")
      << "the plan updates in a clip";
}

TEST(SmallestChange, ComputesStagesAgainWhereFewerVideosAreNotEnough) {
  Trial recomputed = trial_of(steps_of(3, true));
  recomputed.tensors -= 70;  // activations of 30
  const Freedom freedom{.recomputed = &recomputed};
  EXPECT_EQ(change(210, freedom).text, "train.micro_batch = 1");
  EXPECT_EQ(change(190, freedom).text, "train.micro_batch = 2 and train.recompute = [\"*\"]");
  EXPECT_EQ(change(190, freedom).bytes, 100 + 56 + 30);
  EXPECT_EQ(change(190, freedom, 1).text, "train.recompute = [\"*\"]");
  EXPECT_EQ(change(170, freedom).text, "train.micro_batch = 1 and data.size = 32");
}

TEST(SmallestChange, GoesOnToThePrecisionTheSizeAndTheFrames) {
  EXPECT_EQ(change(190).text, "train.micro_batch = 1 and train.precision = \"bf16\"");
  EXPECT_EQ(change(190, {.half = false}).text, "train.micro_batch = 1 and data.size = 32");
  EXPECT_EQ(change(190, {.half = false}, 1).text, "data.size = 32");
  Shape small = shape(1, steps_of(3, true, 8), 32);
  Trial trial = trial_of(steps_of(3, true, 8));
  trial.shape.size = 32;
  EXPECT_EQ(smallest_change({}, trial, small, {.half = false}, 30).text,
            "steps of 4 frames (schedule.step_length or schedule.frames)");
  EXPECT_EQ(smallest_change({}, trial, small, {.half = false}, 20).text,
            "steps of 2 frames (schedule.step_length or schedule.frames)");
  EXPECT_EQ(smallest_change({.weights = 100}, trial, small, {}, 20).text, "");
}

TEST(Forecast, AnEpochTakesAllStepsOfAllClips) {
  Trial trial = trial_of(steps_of(3, true));
  trial.step_seconds = 0.5;
  EXPECT_DOUBLE_EQ(computing_seconds(trial, 100, 6), 150);
}

}  // namespace
}  // namespace pgt::session
