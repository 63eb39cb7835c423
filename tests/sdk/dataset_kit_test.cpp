// pgt/sdk/testing/dataset.hpp, as an author's test uses it.

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

#include <pgt/sdk/testing/dataset.hpp>

namespace pgt::sdk {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

/// Three videos to train on, one to validate on.
class FourVideos : public Dataset {
 public:
  DatasetInfo info() const override { return {{"jump", "run"}, Task::multi_label, {}}; }
  std::size_t size(Split split) const override { return split == Split::train ? 3 : split == Split::val ? 1 : 0; }
  Sample sample(Split split, std::size_t index) const override {
    if (index >= size(split)) throw std::out_of_range("no such sample");
    Sample sample;
    sample.id = std::to_string(index);
    sample.path = (split == Split::train ? "train" : "val") + sample.id + ".mp4";
    return sample;
  }
  Target target(Split, std::size_t, std::span<const double>) const override { return {{0, 1}}; }
};

testing::BrokenRules of(const Dataset& dataset) { return testing::broken_rules(dataset); }

auto Breaks(const char* rule, const char* seen) {
  return ElementsAre(AllOf(Field(&testing::Broken::rule, rule), Field(&testing::Broken::seen, HasSubstr(seen))));
}

TEST(DatasetKit, FindsNothingWhereNothingIsWrong) { EXPECT_EQ(of(FourVideos()), testing::no_broken_rules); }

TEST(DatasetKit, FindsIdsThatAreNotUnique) {
  struct Alike final : FourVideos {
    Sample sample(Split split, std::size_t index) const override {
      Sample sample = FourVideos::sample(split, index);
      sample.id = "video";
      return sample;
    }
  };
  EXPECT_THAT(of(Alike()), Breaks("dataset.unique-ids", "sample 1 of train (id \"video\") has the id of sample 0"));
}

TEST(DatasetKit, FindsClassesOutOfRangeAndOutOfOrder) {
  struct FromOne final : FourVideos {
    Target target(Split, std::size_t, std::span<const double>) const override { return {{1, 2}}; }
  };
  EXPECT_THAT(of(FromOne()), Breaks("dataset.class-range", "class 2 of 2"));
  struct Backwards final : FourVideos {
    Target target(Split, std::size_t, std::span<const double>) const override { return {{1, 0}}; }
  };
  EXPECT_THAT(of(Backwards()), Breaks("dataset.class-order", "class 0 comes after class 1"));
}

TEST(DatasetKit, BoxesMayReachOverTheEdgesOfThePicture) {
  struct Detected final : FourVideos {
    explicit Detected(Box detected) : box(detected) {}
    DatasetInfo info() const override { return {{"jump", "run"}, Task::boxes, {}}; }
    Target target(Split, std::size_t, std::span<const double>) const override {
      Target target;
      target.boxes = {{box, {0}}};
      target.key_frame = "a,1";
      return target;
    }
    Box box;
  };
  EXPECT_EQ(of(Detected({-0.1F, 0, 1.02F, 1})), testing::no_broken_rules);
  EXPECT_EQ(of(Detected({-1, -1, 2, 2})), testing::no_broken_rules);
  EXPECT_THAT(of(Detected({0, 0, 2.5F, 1})), Breaks("dataset.boxes", "the box 0, 0, 2.5, 1"));
  EXPECT_THAT(of(Detected({0, -1.5F, 1, 1})), Breaks("dataset.boxes", "the box 0, -1.5, 1, 1"));
}

TEST(DatasetKit, FindsAnswersThatChange) {
  struct Counting final : FourVideos {
    Target target(Split, std::size_t, std::span<const double>) const override {
      return ++asked % 100 == 99 ? Target{{0}} : Target{{0, 1}};
    }
    mutable int asked = 0;
  };
  EXPECT_THAT(of(Counting()), Breaks("dataset.targets-again", "classes is [0, 1], then [0]"));
}

TEST(DatasetKit, WhatIsThrownIsToldOnce) {
  struct Throwing final : FourVideos {
    Target target(Split, std::size_t index, std::span<const double>) const override {
      throw std::runtime_error("no labels of " + std::to_string(index));
    }
  };
  EXPECT_THAT(of(Throwing()), Breaks("dataset.targets", "no labels of 0"));
}

}  // namespace
}  // namespace pgt::sdk
