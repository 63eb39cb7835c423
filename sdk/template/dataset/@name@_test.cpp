#include "@name@.cpp"

#include <gtest/gtest.h>

#include <fstream>

#include <pgt/sdk/testing/dataset.hpp>

namespace {

class @Class@Test : public testing::Test {
 protected:
  @Class@Test() : root_(fs::path(testing::TempDir()) / "@name@") {
    fs::remove_all(root_);
    for (const char* name : {"jump", "run"}) {
      fs::create_directories(root_ / name);
      for (int i = 0; i < 5; ++i) std::ofstream(root_ / name / (std::to_string(i) + ".mp4"));
    }
  }

  fs::path root_;
};

TEST_F(@Class@Test, KeepsTheRules) {
  EXPECT_EQ(sdk::testing::broken_rules(@Class@({root_.string()}, {})), sdk::testing::no_broken_rules);
}

TEST_F(@Class@Test, EveryFifthVideoValidates) {
  const @Class@ videos({root_.string()}, {});
  EXPECT_EQ(videos.info().classes, (std::vector<std::string>{"jump", "run"}));
  EXPECT_EQ(videos.size(sdk::Split::train), 8U);
  ASSERT_EQ(videos.size(sdk::Split::val), 2U);
  EXPECT_EQ(videos.sample(sdk::Split::val, 1).id, "run/4.mp4");
  EXPECT_EQ(videos.target(sdk::Split::val, 1, {}).classes, std::vector<std::int64_t>{1});
}

TEST_F(@Class@Test, NothingIsForATest) {
  EXPECT_EQ(@Class@({root_.string()}, {}).size(sdk::Split::test), 0U);
}

TEST_F(@Class@Test, TakesVideosOfAnyKindAndCountsTheOtherFiles) {
  for (const char* name : {"5.MP4", "6.mkv", "notes.txt"}) std::ofstream(root_ / "run" / name);
  const @Class@ videos({root_.string()}, {});
  EXPECT_EQ(videos.size(sdk::Split::train), 10U);
  ASSERT_EQ(videos.info().warnings.size(), 1U);
  EXPECT_TRUE(videos.info().warnings[0].starts_with("1 files in "));
}

TEST_F(@Class@Test, AnEmptyFolderIsAnError) {
  fs::create_directories(root_ / "empty");
  EXPECT_THROW(@Class@({(root_ / "empty").string()}, {}), std::runtime_error);
}

}  // namespace
