#include "plugin/build.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/support.hpp"

namespace pgt::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BuildTest : public PluginTest {
 protected:
  Build good() const {
    const Registry registry(std::vector<fs::path>{plugins_}, PGT_HOST);
    return build_of(registry, Kind::schedule, "good");
  }

  const fs::path plugins_ = folder_with({"good"});
};

TEST_F(BuildTest, IsOfTheLibrarysBytes) {
  const Build first = good();
  EXPECT_EQ(first.id, "org.pgt.test.good");
  EXPECT_EQ(first.library, plugins_ / "good.so");
  EXPECT_EQ(first.checksum.size(), 8U);
  fs::copy_file(plugins_ / "good.so", folder_ / "copy");
  fs::rename(folder_ / "copy", plugins_ / "good.so");
  EXPECT_EQ(good().checksum, first.checksum) << "a copy is the same build";
  std::ofstream(plugins_ / "good.so", std::ios::app) << '\n';
  EXPECT_NE(good().checksum, first.checksum);
}

TEST_F(BuildTest, OfAFileThatWasReplacedIsRefused) {
  const Registry registry(std::vector<fs::path>{plugins_}, PGT_HOST);
  std::ofstream(plugins_ / "good.so", std::ios::app) << '\n';
  try {
    build_of(registry, Kind::schedule, "good");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(), HasSubstr("good.so was replaced after the start; start again"));
  }
}

TEST(Builds, ThatDifferAreNamedThenAndNow) {
  const Build then{Kind::schedule, "pgt", "org.a", "1.0", "00000001", "/then/pgt.so"};
  Build now = then;
  now.library = "/now/pgt.so";
  EXPECT_THAT(other_builds({now}, to_json({then})), IsEmpty()) << "another place is no other build";
  now.checksum = "00000002";
  now.version = "";
  EXPECT_THAT(other_builds({now}, to_json({then})),
              ElementsAre("the schedule \"pgt\" was of plugin org.a 1.0 (crc32c 00000001) and is now of plugin org.a "
                          "(crc32c 00000002), /now/pgt.so"));
  now.name = "clip";
  EXPECT_THAT(other_builds({now}, to_json({then})), IsEmpty()) << "another schedule is no other build";
  EXPECT_THROW(other_builds({now}, "no list"), Error);
}

}  // namespace
}  // namespace pgt::plugin
