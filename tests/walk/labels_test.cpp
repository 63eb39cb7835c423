#include "walk/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pgt/sdk/frame_source.hpp>

#include "base/error.hpp"

namespace pgt::walk {
namespace {

/// Sample i has the classes 0 to i in a box, and class 3 of its own.
class Boxes final : public sdk::Dataset {
 public:
  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info;
    info.classes = {"a", "b", "c", "d", "e"};
    info.task = sdk::Task::boxes;
    return info;
  }
  std::size_t size(sdk::Split split) const override { return split == sdk::Split::train ? 3 : 0; }
  sdk::Sample sample(sdk::Split, std::size_t) const override { return {}; }
  sdk::Target target(sdk::Split, std::size_t index, std::span<const double>) const override {
    sdk::LabelledBox box;
    for (std::size_t i = 0; i <= index; ++i) box.classes.push_back(static_cast<std::int64_t>(i));
    sdk::Target target;
    target.classes = {3};
    target.boxes = {box, box};
    return target;
  }
};

TEST(Labels, CountsEachSampleOnceForEachOfItsClasses) {
  EXPECT_THAT(samples_per_class(Boxes(), sdk::Split::train), testing::ElementsAre(3, 2, 1, 3, 0));
  EXPECT_THAT(samples_per_class(Boxes(), sdk::Split::val), testing::Each(0));
}

TEST(Labels, CountsEachBoxWhereBoxesAreLearned) {
  const LabelCounts counts = count_labels(Boxes(), sdk::Split::train);
  EXPECT_THAT(counts.present, testing::ElementsAre(6, 4, 2, 0, 0));
  EXPECT_EQ(counts.all, 6U);
}

/// Video i has the first i classes.
class Tagged final : public sdk::Dataset {
 public:
  explicit Tagged(std::size_t fewest) : fewest_(fewest) {}
  sdk::DatasetInfo info() const override { return {{"a", "b"}, sdk::Task::multi_label, {}}; }
  std::size_t size(sdk::Split) const override { return 2; }
  sdk::Sample sample(sdk::Split, std::size_t index) const override { return {"video" + std::to_string(index), {}}; }
  sdk::Target target(sdk::Split, std::size_t index, std::span<const double>) const override {
    sdk::Target target;
    for (std::size_t i = 0; i < index + fewest_; ++i) target.classes.push_back(static_cast<std::int64_t>(i));
    return target;
  }

 private:
  std::size_t fewest_;
};

TEST(Labels, CountsVideosAndTheirClasses) {
  const LabelCounts counts = count_labels(Tagged(0), sdk::Split::train);
  EXPECT_THAT(counts.present, testing::ElementsAre(1, 0));
  EXPECT_EQ(counts.all, 2U);
}

/// Two videos: of 4 s at 25 frames a second, and of the seconds 1 to 2 of one. Class 0 holds up to second 1.5; nobody
/// labelled what comes after second 3.
class Timed final : public sdk::Dataset, public sdk::FrameSource {
 public:
  explicit Timed(double rate) : rate_(rate) {}
  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info;
    info.classes = {"a", "b"};
    info.task = sdk::Task::moments;
    info.moments_per_second = rate_;
    return info;
  }
  std::size_t size(sdk::Split split) const override { return split == sdk::Split::train ? 3 : 1; }
  sdk::Sample sample(sdk::Split, std::size_t index) const override {
    sdk::Sample sample;
    if (index == 1) sample.start = 1, sample.end = 2;
    return sample;
  }
  sdk::Target target(sdk::Split, std::size_t, std::span<const double> times) const override {
    sdk::Target target;
    target.labelled = times.front() < 3;
    if (target.labelled) target.classes = {times.front() < 1.5 ? 0 : 1};
    return target;
  }
  sdk::MadeFrames frames(sdk::Split, std::size_t index) const override {
    if (index == 2) throw std::runtime_error("broken");
    return {100, 25, 8, 8};
  }
  std::unique_ptr<sdk::FrameReader> open(sdk::Split, std::size_t) const override { return nullptr; }
  const void* extension(std::string_view id) const override { return sdk::extension_among<sdk::FrameSource>(this, id); }

 private:
  double rate_;
};

TEST(Labels, CountsTheLabelledMomentsOfTrainingVideos) {
  const LabelCounts counts = count_moments(Timed(4), {});
  EXPECT_THAT(counts.present, testing::ElementsAre(6 + 2, 6 + 2));
  EXPECT_EQ(counts.all, 16U);
  EXPECT_THAT(count_moments(Timed(0), {}).present, testing::ElementsAre(15 + 5, 15 + 5)) << "ten a second";
}

TEST(Labels, NamesAVideoThatHasNotOneClass) {
  try {
    class_of_each(Tagged(1), sdk::Split::train);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), testing::HasSubstr("video1 has 2 classes"));
  }
}

}  // namespace
}  // namespace pgt::walk
