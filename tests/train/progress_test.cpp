#include "train/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace pgt::train {
namespace {

using testing::HasSubstr;

Progress some_progress() {
  Progress progress;
  progress.epoch = 2;
  progress.unit = 11;
  progress.iteration = 3;
  progress.total = 23;
  progress.clip.step = 2;
  progress.clip.videos = {4, 9, 1};
  progress.clip.alive = {0, 2};
  progress.clip.step_losses = {0.1, 1.0 / 3};
  progress.clip.step_rows = {3, 2};
  progress.clip.correct = {1, 0, 0};
  progress.learner.gathered = {1.5, 0.75, 2, 0.5, 1, 0.1, "the loss of step 2 is not finite"};
  progress.learner.updates = 7;
  progress.learner.loss_scale = 1024;
  progress.learner.loss_scale_updates = 3;
  progress.skipped = 4;
  progress.clip.weights = {0.1, 2, 1};
  progress.stale = 1;
  progress.best = {61.5, 0.7};
  return progress;
}

Progress read(const std::string& text, std::optional<std::int64_t> batch_size = std::nullopt) {
  return progress_from_json(text, "last.safetensors", batch_size);
}

std::string refusal(const nlohmann::json& object) {
  try {
    read(object.dump());
    return "accepted";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Progress, ReadsBackAsItWas) {
  const std::string text = to_json(some_progress());
  EXPECT_EQ(to_json(read(text)), text);
  EXPECT_EQ(read(text).clip.step_losses[1], 1.0 / 3);
  EXPECT_EQ(read(text).best.loss, 0.7);
  EXPECT_TRUE(std::isnan(read(to_json(Progress{})).best.loss)) << "no evaluation has had one";
}

TEST(Progress, OfVersion01SaysHowManyBatchesAreDone) {
  nlohmann::json old = nlohmann::json::parse(to_json(some_progress()));
  old.erase("unit");
  old.erase("best_loss");
  EXPECT_EQ(read(old.dump(), 4).unit, 12);
  EXPECT_THAT(refusal(old), HasSubstr("last.safetensors does not say where a run is"));
}

TEST(Progress, OfVersion02SaysOnlyWhatLossesWeigh) {
  nlohmann::json old = nlohmann::json::parse(to_json(some_progress()));
  for (const char* key : {"learner", "epoch_skipped", "skipped"}) old.erase(key);
  old["clip"].erase("skipped");
  old["clip"]["gathered_weight"] = 1.5;
  const Progress progress = read(old.dump());
  EXPECT_EQ(progress.learner.gathered.weight, 1.5);
  EXPECT_EQ(progress.learner.gathered.share, 1.5) << "of one whole batch";
}

TEST(Progress, OfBeforeThereWereWeightsHasOneForEachRowThatHasNotFailed) {
  Progress progress = some_progress();
  progress.clip.failed = 1;
  nlohmann::json old = nlohmann::json::parse(to_json(progress));
  old["clip"].erase("weights");
  old.erase("stale");
  EXPECT_THAT(read(old.dump()).clip.weights, testing::ElementsAre(1, 0, 1));
  EXPECT_EQ(read(old.dump()).stale, 0);
}

TEST(Progress, ThatCannotBeIsRefused) {
  const nlohmann::json sound = nlohmann::json::parse(to_json(some_progress()));
  for (const char* key : {"/epoch", "/unit", "/iteration", "/total", "/epoch_videos", "/metrics_bytes", "/stale",
                          "/clip/step", "/clip/failed", "/skipped", "/learner/updates", "/learner/gathered/batches"}) {
    nlohmann::json negative = sound;
    negative[nlohmann::json::json_pointer(key)] = -5;
    EXPECT_THAT(refusal(negative), HasSubstr("cannot be")) << key;
  }
  nlohmann::json other = sound;
  other["clip"]["alive"] = {0, 3};
  EXPECT_THAT(refusal(other), HasSubstr("cannot be")) << "a row that is not there";
  other["clip"]["alive"] = {2, 0};
  EXPECT_THAT(refusal(other), HasSubstr("cannot be")) << "out of order";
  other = sound;
  other["clip"]["weights"] = {1, -1, 1};
  EXPECT_THAT(refusal(other), HasSubstr("cannot be")) << "a negative weight";
  other = sound;
  other["epoch"] = "two";
  EXPECT_THAT(refusal(other), HasSubstr("does not say where a run is"));
}

TEST(Progress, OfTheNextEpochKeepsWhatTheRunHasCounted) {
  Progress progress = some_progress();
  progress.bad_videos = {3};
  const Progress next = progress.next_epoch();
  EXPECT_EQ(next.epoch, 3);
  EXPECT_EQ(next.total, 23);
  EXPECT_EQ(next.unit, 0);
  EXPECT_EQ(next.skipped, 4);
  EXPECT_EQ(next.learner.updates, 7);
  EXPECT_EQ(next.bad_videos, progress.bad_videos);
  EXPECT_EQ(next.best.metric, 61.5);
}

}  // namespace
}  // namespace pgt::train
