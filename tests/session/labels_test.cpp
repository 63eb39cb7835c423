#include "session/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgt::session {
namespace {

/// Sample i has the classes 0 to i in a box, and class 3 of its own.
class Boxes final : public sdk::Dataset {
 public:
  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info;
    info.classes = {"a", "b", "c", "d", "e"};
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

}  // namespace
}  // namespace pgt::session
