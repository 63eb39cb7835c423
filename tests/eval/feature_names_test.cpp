#include "eval/feature_names.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace pgt::eval {
namespace {

std::vector<std::string> names(const std::vector<FeatureSource>& sources) {
  std::vector<std::string> found;
  for (const FeatureFiles& files : feature_files(sources, "out")) {
    const std::string name = files.features.string();
    EXPECT_EQ(files.times.string(), name.substr(0, name.size() - 4) + ".times.npy");
    found.push_back(name);
  }
  return found;
}

TEST(FeatureNames, AreThoseOfTheVideosBelowTheirFolder) {
  EXPECT_EQ(names({{"/data/clips/a.mp4", "a.mp4"}, {"/data/clips/b/a.mp4", "b/a.mp4"}, {"/x/v1.2.avi", "v1.2.avi"}}),
            (std::vector<std::string>{"out/a.npy", "out/b/a.npy", "out/v1.2.npy"}));
}

TEST(FeatureNames, HaveTheSuffixOrTheWholePathWhereTheyWouldBeShared) {
  EXPECT_EQ(names({{"/d/a.mp4", "a.mp4"}, {"/d/a.avi", "a.avi"}, {"/d/b.mp4", "b.mp4"}}),
            (std::vector<std::string>{"out/a.mp4.npy", "out/a.avi.npy", "out/b.npy"}));
  EXPECT_EQ(names({{"/d/a.mp4", "a.mp4"}, {"/e/a.mp4", "a.mp4"}}),
            (std::vector<std::string>{"out/d/a.mp4.npy", "out/e/a.mp4.npy"}));
}

TEST(FeatureNames, AreTheSameForTheSameVideo) {
  EXPECT_EQ(names({{"/d/a.mp4", "a.mp4"}, {"/d/../d/a.mp4", "a.mp4"}}),
            (std::vector<std::string>{"out/a.npy", "out/a.npy"}));
}

TEST(FeatureNames, AreNotGivenTwice) {
  EXPECT_THROW(names({{"/d/a.mp4", "a.mp4"}, {"/d/a.avi", "a.avi"}, {"/d/a.mp4.mkv", "a.mp4.mkv"}}), Error);
  EXPECT_THROW(names({{"/d/b.mp4", "b.mp4"}, {"/d/b.times.mp4", "b.times.mp4"}}), Error) << "of b the times";
}

}  // namespace
}  // namespace pgt::eval
