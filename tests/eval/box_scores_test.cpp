// Evaluation of boxes on a tiny set.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"
#include "eval/evaluate.hpp"
#include "video/make_video.hpp"

namespace pgt::eval {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

/// Scores a box by how many frames its fragment has, and by its left side in pixels.
class Counting final : public sdk::Backbone {
 public:
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.output = sdk::Output::boxes;
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) override {
    const at::Tensor left = fragment.boxes.select(1, 1);
    const auto frames = static_cast<double>(fragment.frames[0].size(2));
    return torch::stack({torch::full_like(left, frames), left}, 1).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor&) override {}
  void train(bool) override {}
};

/// Two steps of 8 and 7 new frames, whose middles are 56 frames apart.
walk::PlanWalk two_steps(sdk::Ensemble ensemble) {
  sdk::Plan plan;
  plan.clip.stride = {8};
  plan.ensemble = ensemble;
  plan.steps.resize(2);
  plan.steps[0].frames = {{0, 8}};
  plan.steps[0].overlap = {0};
  plan.steps[1].frames = {{8, 15}};
  plan.steps[1].overlap = {1};
  return {plan, {sdk::Pathway{}}};
}

/// Key frames at seconds 1 and 3 of a video, with one true box and two to score; in second 3 the second one is
/// outside of the middle square. A step between takes the boxes of its own second or the sample's.
class TwoSeconds final : public sdk::Dataset {
 public:
  explicit TwoSeconds(std::vector<std::filesystem::path> videos) : videos_(std::move(videos)) {}
  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info;
    info.classes = {"a", "b"};
    info.task = sdk::Task::boxes;
    return info;
  }
  std::size_t size(sdk::Split) const override { return 2 * videos_.size(); }
  sdk::Sample sample(sdk::Split, std::size_t index) const override {
    sdk::Sample sample;
    sample.id = std::to_string(index);
    sample.path = videos_[index / 2];
    sample.anchor = seconds[index % 2];
    return sample;
  }
  sdk::Target target(sdk::Split, std::size_t index, std::span<const double> times) const override {
    double second = std::round(times[times.size() / 2]);
    if (second != 1 && second != 3) second = seconds[index % 2];
    sdk::Target target;
    target.key_frame = "video" + std::to_string(index / 2) + "," + std::to_string(static_cast<int>(second));
    target.truth = {{{0.4F, 0, 0.6F, 1}, {0}}};
    target.boxes = {{{0.4F, 0, 0.6F, 1}, {}}, {{second == 3 ? 0.9F : 0.5F, 0, 1, 1}, {}}};
    return target;
  }

 private:
  static constexpr double seconds[] = {1, 3};
  std::vector<std::filesystem::path> videos_;
};

class BoxEvaluation : public testing::Test {
 protected:
  BoxEvaluation() {
    video::make_video(folder_ / "a.mp4", {.width = 96, .height = 64, .frames = 120, .rate_num = 30});
    data_.size = 32;
    options_.batch_size = 2;
  }
  Result run(sdk::Ensemble ensemble, std::vector<std::filesystem::path> videos) {
    return evaluate({backbone_, name_, two_steps(ensemble), data_, options_, config::Loss::binary_cross_entropy,
                     c10::Device(c10::kCPU), statistics_},
                    TwoSeconds(std::move(videos)), sdk::Split::val, "val", {});
  }

  video::ScratchFolder folder_;
  Counting backbone_;
  const std::string name_ = "counting";
  config::DataOptions data_;
  config::EvalOptions options_;
  train::StepStatistics statistics_;
};

float sigmoid(double x) { return static_cast<float>(1 / (1 + std::exp(-x))); }

std::vector<std::int64_t> numbers(const KeyFrame& frame) {
  std::vector<std::int64_t> numbers;
  for (const ScoredBox& box : frame.found) numbers.push_back(box.number);
  return numbers;
}

TEST_F(BoxEvaluation, ScoresTheLastStepsBoxes) {
  const Result result = run(sdk::Ensemble::automatic, {folder_ / "a.mp4"});
  EXPECT_THAT(result.scored, SizeIs(2));
  EXPECT_THAT(result.missing, IsEmpty());
  ASSERT_THAT(result.key_frames, ElementsAre(Pair("video0,1", testing::_), Pair("video0,3", testing::_)));
  const KeyFrame& first = result.key_frames.at("video0,1");
  ASSERT_THAT(numbers(first), ElementsAre(0, 1));
  EXPECT_EQ(first.found[0].box, (sdk::Box{0.4F, 0, 0.6F, 1}));  // as the dataset gave it
  // The middle square begins 8 pixels from the left of 48.
  EXPECT_THAT(first.found[0].scores,
              ElementsAre(testing::FloatEq(sigmoid(7)), testing::FloatNear(sigmoid(11.2), 1e-6F)));
  EXPECT_THAT(first.truth, SizeIs(1));
  EXPECT_THAT(numbers(result.key_frames.at("video0,3")), ElementsAre(0));  // the other one is not seen
}

TEST_F(BoxEvaluation, ScoresTheBoxesOfEveryStepAndTakesTheirMean) {
  const Result result = run(sdk::Ensemble::mean, {folder_ / "a.mp4"});
  const KeyFrame& first = result.key_frames.at("video0,1");
  ASSERT_THAT(numbers(first), ElementsAre(0, 1));
  // The last step of its own clip, and the first steps of both: one begins before the video, one sees second 1.
  EXPECT_FLOAT_EQ(first.found[0].scores[0], (sigmoid(7) + 2 * sigmoid(8)) / 3);
  EXPECT_FLOAT_EQ(result.key_frames.at("video0,3").found[0].scores[0], sigmoid(7));
}

TEST_F(BoxEvaluation, DoesNotDependOnTheBatch) {
  const Result together = run(sdk::Ensemble::mean, {folder_ / "a.mp4", folder_ / "a.mp4"});
  options_.batch_size = 1;
  const Result apart = run(sdk::Ensemble::mean, {folder_ / "a.mp4", folder_ / "a.mp4"});
  ASSERT_EQ(together.key_frames.size(), apart.key_frames.size());
  for (const auto& [name, frame] : together.key_frames) {
    const KeyFrame& other = apart.key_frames.at(name);
    ASSERT_EQ(numbers(frame), numbers(other));
    for (std::size_t i = 0; i < frame.found.size(); ++i) {
      EXPECT_EQ(frame.found[i].box, other.found[i].box);
      EXPECT_EQ(frame.found[i].scores, other.found[i].scores);
    }
  }
}

TEST_F(BoxEvaluation, SeesAllOfWholePicturesAndOfThreeCrops) {
  options_.crops = config::EvalOptions::whole_picture;
  EXPECT_THAT(numbers(run(sdk::Ensemble::last, {folder_ / "a.mp4"}).key_frames.at("video0,3")), ElementsAre(0, 1));
  options_.crops = 3;
  EXPECT_THAT(numbers(run(sdk::Ensemble::last, {folder_ / "a.mp4"}).key_frames.at("video0,3")), ElementsAre(0, 1));
}

TEST_F(BoxEvaluation, LeavesOutWhatCannotBeRead) {
  const Result result = run(sdk::Ensemble::last, {folder_ / "gone.mp4", folder_ / "a.mp4"});
  EXPECT_THAT(result.missing, SizeIs(2));
  EXPECT_THAT(result.scored, SizeIs(2));
  EXPECT_THAT(result.key_frames, ElementsAre(Pair("video1,1", testing::_), Pair("video1,3", testing::_)));
}

TEST_F(BoxEvaluation, TakesOneViewOfAKeyFrame) {
  options_.views = 2;
  try {
    run(sdk::Ensemble::last, {folder_ / "a.mp4"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), HasSubstr("set views = 1"));
  }
}

}  // namespace
}  // namespace pgt::eval
