// Batches whose number of videos and size of pictures change from iteration to iteration.

#include "walk/epoch_batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "video/make_video.hpp"
#include "walk/planner.hpp"

namespace pgt::walk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// One, two and three videos in turn, in pictures of 16, 24 and `data.size` pixels.
class Grid final : public sdk::Schedule {
 public:
  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    const std::int64_t turn = request.iteration % 3;
    sdk::Plan plan;
    plan.clip.batch = turn == 1 ? 0 : turn + 1;
    plan.clip.size = turn == 2 ? 0 : 16 + 8 * turn;
    sdk::Step step;
    step.frames = {{0, 4}};
    step.overlap = {request.iteration == 100 ? -1 : 0};
    plan.steps = {step};
    return plan;
  }
};

class Videos final : public sdk::Dataset {
 public:
  explicit Videos(std::vector<std::filesystem::path> paths) : paths_(std::move(paths)) {}
  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info;
    info.classes = {"one"};
    return info;
  }
  std::size_t size(sdk::Split split) const override { return split == sdk::Split::train ? paths_.size() : 0; }
  sdk::Sample sample(sdk::Split, std::size_t index) const override {
    sdk::Sample sample;
    sample.id = std::to_string(index);
    sample.path = paths_[index];
    return sample;
  }
  sdk::Target target(sdk::Split, std::size_t, std::span<const double>) const override { return {}; }

 private:
  std::vector<std::filesystem::path> paths_;
};

class ChangingBatches : public testing::Test {
 protected:
  ChangingBatches() {
    data_.size = 32;
    data_.short_side = {32, 48};
    std::vector<std::filesystem::path> paths;
    for (int i = 0; i < 7; ++i) {
      const std::string name = "v" + std::to_string(i) + ".mp4";
      video::make_video(folder_ / name, {.width = 64, .height = 64, .frames = 6});
      paths.push_back(folder_ / name);
    }
    videos_ = std::make_unique<Videos>(std::move(paths));
    config::TrainOptions train;
    train.batch_size = 2;
    planner_.emplace("grid", grid_, requests_of({sdk::Pathway{}}, videos_.get(), train, data_));
  }

  /// The batches from a place in the epoch to its end.
  std::vector<std::unique_ptr<ClipBatch>> batches(EpochPlace from) {
    EpochBatches open(
        {*videos_, data_, nullptr, 1, 2, 3}, "test", [&](std::int64_t i) { return planner_->training(0, i); }, from,
        indexes_);
    std::vector<std::unique_ptr<ClipBatch>> all;
    while (auto batch = open.next()) all.push_back(std::move(batch));
    return all;
  }

  video::ScratchFolder folder_;
  video::IndexCache indexes_;
  config::DataOptions data_;
  Grid grid_;
  std::unique_ptr<Videos> videos_;
  std::optional<Planner> planner_;
};

TEST_F(ChangingBatches, HaveTheVideosAndSizesOfTheirPlans) {
  std::vector<std::size_t> rows;
  std::vector<std::int64_t> done;
  std::vector<int> sizes;
  for (const auto& batch : batches({})) {
    rows.push_back(batch->rows.size());
    done.push_back(batch->units_done);
    sizes.push_back(batch->requests[0].transform.width);
    const video::Frames frames = batch->stream->next();
    EXPECT_EQ(frames.width, sizes.back());
    // The short side is drawn from 1 to 1.5 times the size, as of the full one.
    EXPECT_GE(batch->requests[0].transform.scaled_width, sizes.back());
    EXPECT_LE(batch->requests[0].transform.scaled_width, sizes.back() * 3 / 2);
  }
  EXPECT_THAT(rows, ElementsAre(1, 2, 3, 1));
  EXPECT_THAT(done, ElementsAre(1, 3, 6, 7));
  EXPECT_THAT(sizes, ElementsAre(16, 24, 32, 16));
  EXPECT_EQ(planner_->iterations(0, 0), 4);
  EXPECT_EQ(planner_->iterations(0, 1), 4) << "2, 3, 1 and one of 2 videos";
}

TEST_F(ChangingBatches, GoOnFromAPlaceInTheEpoch) {
  const auto all = batches({}), rest = batches({.epoch = 0, .unit = 3, .iteration = 2});
  ASSERT_EQ(rest.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(rest[i]->videos(), all[i + 2]->videos());
    EXPECT_EQ(rest[i]->units_done, all[i + 2]->units_done);
    EXPECT_EQ(rest[i]->requests[0].transform.x, all[i + 2]->requests[0].transform.x);
  }
}

TEST_F(ChangingBatches, AreDecodedAgainAsTheyWere) {
  for (const auto& batch : batches({})) {
    const video::Frames once = batch->stream->next();
    batch->decode_again();
    const video::Frames again = batch->stream->next();
    EXPECT_EQ(again.rows, once.rows);
    EXPECT_TRUE(again.rgb == once.rgb);
  }
}

TEST_F(ChangingBatches, AnInvalidPlanNamesTheScheduleAndTheIteration) {
  try {
    planner_->training(4, 100);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(),
                HasSubstr("schedule \"grid\", epoch 5, iteration 101 of the training: the schedule's plan "
                          "is not valid: step 0 has an overlap of -1"));
  }
}

}  // namespace
}  // namespace pgt::walk
