#include "walk/targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace pgt::walk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Answers with what it was given for each sample.
class Answers final : public sdk::Dataset {
 public:
  explicit Answers(std::vector<sdk::Target> targets) : targets_(std::move(targets)) {}
  sdk::DatasetInfo info() const override { return {}; }
  std::size_t size(sdk::Split) const override { return targets_.size(); }
  sdk::Sample sample(sdk::Split, std::size_t) const override { return {}; }
  sdk::Target target(sdk::Split, std::size_t index, std::span<const double> times) const override {
    asked_.emplace_back(times.begin(), times.end());
    return targets_[index];
  }
  std::vector<std::vector<double>> asked() const { return asked_; }

 private:
  std::vector<sdk::Target> targets_;
  mutable std::vector<std::vector<double>> asked_;
};

sdk::Target boxes(std::vector<sdk::LabelledBox> boxes) {
  sdk::Target target;
  target.boxes = std::move(boxes);
  return target;
}

/// Rows of samples 2, 0 and 1, whose pictures are the middle of one twice as wide; the second row is mirrored.
class StepInput : public testing::Test {
 protected:
  StepInput() {
    step_.frames = {{0, 4}};
    step_.overlap = {0};
    sdk::Plan plan;
    plan.steps = {step_};
    batch_ = std::make_unique<ClipBatch>(ClipBatch{PlanWalk(plan, {sdk::Pathway{}}), {}, {}, {}, {}, 4});
    const auto index = std::make_shared<video::VideoIndex>();  // two frames a second
    index->time_base_den = 2;
    for (std::int64_t frame = 0; frame < 60; ++frame) index->pts.push_back(frame);
    index->end_pts = 60;
    for (const std::size_t sample : {2, 0, 1}) {
      batch_->rows.push_back(batch_->clips.size());
      batch_->clips.emplace_back().index = sample;
      video::ClipRequest& request = batch_->requests.emplace_back();
      request.index = index;
      request.frames.start = 10.0 * static_cast<double>(sample);
      request.frames.step = 0.5;
      request.frames.count = request.frames.period = 4;
      request.frames.last = index->frames() - 1;
      request.transform = {200, 100, 50, 0, 100, 100, sample == 0};
    }
  }
  /// What each of a step's scores is to be.
  std::vector<sdk::Target> read(const sdk::Dataset& dataset, bool boxes, std::vector<std::size_t> rows = {0, 1, 2}) {
    targets_ = {targets_of(*batch_, rows, step_, dataset, sdk::Split::train)};
    if (boxes) targets_.boxes = step_boxes(targets_.rows, *batch_, rows, c10::Device(c10::kCPU));
    return targets_.of_scores();
  }

  sdk::Step step_;
  std::unique_ptr<ClipBatch> batch_;
  Targets targets_;
};

TEST_F(StepInput, AsksForTheSecondsOfTheRowsStillThere) {
  const Answers dataset({{{7}}, {{8}}, {{9}}});
  const std::vector<sdk::Target> targets = read(dataset, false, {0, 2});
  ASSERT_THAT(targets, SizeIs(2));
  EXPECT_THAT(targets[0].classes, ElementsAre(9));
  EXPECT_THAT(targets[1].classes, ElementsAre(8));
  EXPECT_THAT(dataset.asked(), ElementsAre(ElementsAre(20, 20.5, 21, 21.5), ElementsAre(10, 10.5, 11, 11.5)));
}

TEST_F(StepInput, GivesTheBoxesThatTheRowsShowAndTheirClasses) {
  const Answers dataset({boxes({{{0.3F, 0.1F, 0.5F, 0.9F}, {1, 4}}}), boxes({}),
                         boxes({{{0, 0, 0.2F, 1}, {2}}, {{0.2F, 0, 0.5F, 0.5F}, {}}, {{0.7F, 0.5F, 1, 1}, {3}}})});
  const std::vector<sdk::Target> targets = read(dataset, true);
  const at::Tensor expected = torch::tensor({{0.F, 0.F, 0.F, 50.F, 50.F},      // cut off at the left
                                             {0.F, 90.F, 50.F, 100.F, 100.F},  // and at the right
                                             {1.F, 50.F, 10.F, 90.F, 90.F}});  // mirrored
  EXPECT_TRUE(targets_.boxes->tensor.allclose(expected, 0, 1e-4)) << targets_.boxes->tensor;
  ASSERT_THAT(targets, SizeIs(3));
  EXPECT_THAT(targets[0].classes, IsEmpty());
  EXPECT_THAT(targets[1].classes, ElementsAre(3));
  EXPECT_THAT(targets[2].classes, ElementsAre(1, 4));
}

TEST_F(StepInput, AStepMayShowNoBox) {
  const Answers dataset({boxes({{{0, 0, 0.1F, 1}, {1}}}), boxes({}), boxes({})});
  EXPECT_THAT(read(dataset, true), IsEmpty());
  EXPECT_EQ(targets_.boxes->tensor.sizes(), at::IntArrayRef({0, 5}));
}

}  // namespace
}  // namespace pgt::walk
