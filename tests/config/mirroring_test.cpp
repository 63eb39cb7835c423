#include "config/mirroring.hpp"

#include <gmock/gmock.h>

#include "config/run_file.hpp"

namespace pgt::config {
namespace {

using ::testing::HasSubstr;

class Mirroring : public testing::RunFile {
 protected:
  /// Whether clips are mirrored with such a run file and such classes; `said` is what is reported.
  bool mirrors(const std::string& lines, const std::vector<std::string>& classes, bool mirrored_is_the_same = true) {
    sdk::DatasetInfo dataset;
    dataset.classes = classes;
    dataset.mirrored_is_the_same = mirrored_is_the_same;
    RunConfig config = load(head + lines);
    EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
    said = decide_mirroring(config, dataset);
    EXPECT_EQ(std::get<bool>(config.data_section.values.at("flip").value), config.data.flip);
    return config.data.flip;
  }
  std::string said;
};

TEST_F(Mirroring, IsOffWhereAClassTellsLeftFromRight) {
  EXPECT_FALSE(mirrors("", {"turn left", "jump"}));
  EXPECT_THAT(said, AllOf(HasSubstr("no clip is mirrored"), HasSubstr("\"turn left\""), HasSubstr("data.flip = true")));
  EXPECT_TRUE(mirrors("", {"run", "jump"}));
  EXPECT_EQ(said, "");
}

TEST_F(Mirroring, IsAsTheRunFileSays) {
  EXPECT_TRUE(mirrors("[data]\nflip = true\n", {"left", "right"}));
  EXPECT_THAT(said, AllOf(HasSubstr("are mirrored"), HasSubstr("\"left\"")));
  EXPECT_FALSE(mirrors("[data]\nflip = false\n", {"left", "right"}));
  EXPECT_EQ(said, "");
}

TEST_F(Mirroring, IsForTheDataSetToRefuse) {
  mirrors("[data]\nflip = true\n", {"run", "jump"}, false);
  EXPECT_THAT(said, HasSubstr("no clip is mirrored, whatever data.flip says"));
}

}  // namespace
}  // namespace pgt::config
