#include "config/diagnostics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace pgt::config {
namespace {

using ::testing::HasSubstr;

TEST(Diagnostics, ShowsTheLineTheCaretAndTheHelp) {
  Diagnostics diagnostics;
  diagnostics.error({"run.toml", 14, 1, "lerning_rate = 0.1", 12}, "unknown key \"lerning_rate\" in [train]",
                    "did you mean \"learning_rate\"?");
  EXPECT_EQ(diagnostics.text(),
            "run.toml:14:1: error: unknown key \"lerning_rate\" in [train]\n"
            "   14 | lerning_rate = 0.1\n"
            "      | ^~~~~~~~~~~~\n"
            "help: did you mean \"learning_rate\"?");
}

TEST(Diagnostics, PutsTheCaretBelowItsCharacter) {
  Diagnostics diagnostics;
  diagnostics.error({"a", 1, 7, "\té = \"x\"", 2}, "wrong");
  EXPECT_THAT(diagnostics.text(), HasSubstr("    1 | \té = \"x\"\n      | \t     ^~"));
}

TEST(Diagnostics, FollowsTheOrderOfTheFileAndPutsOverridesLast) {
  Diagnostics diagnostics;
  diagnostics.error({"--set", 1, 1, "a.b=1"}, "third");
  diagnostics.error({"run.toml", 9, 4, "x"}, "second");
  diagnostics.error({"run.toml", 9, 1, "x"}, "first");
  const std::string text = diagnostics.text();
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_LT(text.find("second"), text.find("third"));
}

TEST(Diagnostics, ShowsTwentyAndCountsTheRest) {
  Diagnostics diagnostics;
  for (std::size_t line = 1; line <= 23; ++line) diagnostics.error({"run.toml", line, 1, "x"}, "wrong");
  const std::string text = diagnostics.text();
  EXPECT_THAT(text, HasSubstr("run.toml:20:1"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("run.toml:21:1")));
  EXPECT_TRUE(text.ends_with("\nand 3 more"));
}

TEST(Diagnostics, ThrowsOnlyWhereThereIsAny) {
  Diagnostics diagnostics;
  EXPECT_NO_THROW(diagnostics.throw_if_any());
  diagnostics.error({"run.toml", 1, 1, "x"}, "wrong");
  try {
    diagnostics.throw_if_any();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_EQ(error.what(), diagnostics.text());
  }
}

TEST(Diagnostics, ShowThePartOfALongLine) {
  Diagnostics diagnostics;
  diagnostics.error({"run.toml", 1, 501, std::string(500, 'a') + "bc" + std::string(500, 'd'), 2}, "wrong");
  EXPECT_EQ(diagnostics.text(), "run.toml:1:501: error: wrong\n    1 | …" + std::string(60, 'a') + "bc" +
                                    std::string(98, 'd') + "…\n      | " + std::string(61, ' ') + "^~");
}

}  // namespace
}  // namespace pgt::config
