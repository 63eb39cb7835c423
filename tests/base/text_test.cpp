#include "base/text.hpp"

#include <gtest/gtest.h>

namespace pgt {
namespace {

using Words = std::vector<std::string>;

TEST(CloseMatches, FindsOneSlipOfEachKind) {
  const Words keys{"learning_rate"};
  for (const char* slip : {"lerning_rate", "learningg_rate", "learning_rats", "laerning_rate"}) {
    EXPECT_EQ(close_matches(slip, keys), keys) << slip;
  }
}

TEST(CloseMatches, ListsTheClosestFirstAndThreeAtMost) {
  const Words keys{"abcdxx", "abcdex", "abcdef", "abcdfe", "abcdyy"};
  EXPECT_EQ(close_matches("abcdef", keys), (Words{"abcdef", "abcdex", "abcdfe"}));
}

TEST(CloseMatches, AllowsAThirdOfALongWord) {
  EXPECT_EQ(close_matches("binary_cross_entropy", Words{"binary_crossentropie"}).size(), 1U);
  EXPECT_TRUE(close_matches("momentum", Words{"gamma", "epochs", "seed"}).empty());
}

TEST(CloseMatches, DoesNotFindShortWordsInEachOther) {
  EXPECT_TRUE(close_matches("x", Words{"y", "zz"}).empty());
  EXPECT_TRUE(close_matches("sub", Words{"std"}).empty());
  EXPECT_TRUE(close_matches("", Words{"a", "ab"}).empty());
  EXPECT_EQ(close_matches("fsp", Words{"fps"}), Words{"fps"});
}

TEST(DidYouMean, JoinsSuggestions) {
  EXPECT_EQ(did_you_mean("sead", Words{"seed", "size"}), "did you mean \"seed\"?");
  EXPECT_EQ(did_you_mean("slow_a", Words{"slow_b", "slow_c"}), "did you mean \"slow_b\" or \"slow_c\"?");
  EXPECT_EQ(did_you_mean("threads", Words{"flip"}), "");
}

TEST(Join, PutsSeparatorsBetween) {
  EXPECT_EQ(join(Words{}, ", "), "");
  EXPECT_EQ(join(Words{"a"}, ", "), "a");
  EXPECT_EQ(join(Words{"a", "a", "c"}, ", "), "a, a, c");
}

TEST(CsvField, QuotesWhereItMust) {
  EXPECT_EQ(csv_field("plain text"), "plain text");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

}  // namespace
}  // namespace pgt
