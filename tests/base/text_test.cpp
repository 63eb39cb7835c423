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

TEST(CloseMatches, LeavesOutWhatIsMuchFartherThanTheClosest) {
  const Words keys{"learning_rate", "min_learning_rate", "lerning_rates"};
  EXPECT_EQ(close_matches("lerning_rate", keys), (Words{"learning_rate", "lerning_rates"}));
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

TEST(Counted, SaysOneAsOne) {
  EXPECT_EQ(counted(1, "step"), "1 step");
  EXPECT_EQ(counted(0, "step"), "0 steps");
  EXPECT_EQ(counted(12, "step"), "12 steps");
}

TEST(Utf8, IsTextThatJsonAndTomlTake) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("caf\xc3\xa9 视频 🎬\t\x1b"));
  for (const char* other : {"caf\xe9", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"}) {
    EXPECT_FALSE(is_utf8(other)) << printable(other);
  }
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(printable("plain äöü 视频 🎬\t\n"), "plain äöü 视频 🎬\t\n");
  EXPECT_EQ(printable("\x1b]0;title\a\x1b[31m"), "\\x1b]0;title\\x07\\x1b[31m");
  EXPECT_EQ(printable("a\rb\x7f"), "a\\rb\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m")
      << "a control character of two bytes";
  EXPECT_EQ(printable("\x9b"
                      "31m \xff"),
            "\\x9b31m \\xff")
      << "not UTF-8";
  EXPECT_EQ(printable("\xe0\x82\x9b\xf0\x9f"), "\\xe0\\x82\\x9b\\xf0\\x9f") << "longer than need be, and cut off";
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Printable, KeepsANameOnItsLine) {
  EXPECT_EQ(printable_name("a\n[00:00:00] finished.mp4"), "a\\n[00:00:00] finished.mp4");
  EXPECT_EQ(indented("a\n[00:00:00] finished.mp4\n    more\n"), "a\n  [00:00:00] finished.mp4\n    more\n");
}

TEST(Shortened, KeepsTheEndThatSaysMore) {
  EXPECT_EQ(shortened("grün", 4), "grün");
  EXPECT_EQ(shortened("grüner", 4), "grü…");
  EXPECT_EQ(shortened_at_start("ab/ä1.mp4", 7), "…ä1.mp4");
  EXPECT_EQ(columns_of(shortened_at_start("videos/ääää/1.mp4", 9)), 9);
}

TEST(CsvField, QuotesWhereItMust) {
  EXPECT_EQ(csv_field("plain text"), "plain text");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

}  // namespace
}  // namespace pgt
