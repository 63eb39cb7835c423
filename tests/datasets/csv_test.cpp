#include "datasets/common/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/common/suggest.hpp"

namespace pgt::datasets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Words = std::vector<std::vector<std::string>>;

Words words(std::string_view text) {
  Words rows;
  const CsvTable table = read_csv(text);
  EXPECT_THAT(table.problems, IsEmpty());
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const CsvField& field : row) rows.back().push_back(field.text);
  }
  return rows;
}

TEST(Csv, ReadsLinesThatEndEitherWay) {
  EXPECT_EQ(words("a,b\nc,d\n"), (Words{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(words("a,b\r\nc,d"), (Words{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(words("\xEF\xBB\xBF"
                  "a\n"),
            (Words{{"a"}}));
  EXPECT_EQ(words(""), Words{});
}

TEST(Csv, SkipsEmptyLinesAndKeepsEmptyFields) {
  EXPECT_EQ(words("a,b\n\n  \n,\n\"\"\n"), (Words{{"a", "b"}, {"", ""}, {""}}));
}

TEST(Csv, ReadsQuotedFields) {
  EXPECT_EQ(words("\"a,b\",\"say \"\"hi\"\"\"\n"), (Words{{"a,b", "say \"hi\""}}));
  EXPECT_EQ(words("\"two\nlines\",x"), (Words{{"two\nlines", "x"}}));
  EXPECT_EQ(words("\" kept \" , x"), (Words{{" kept ", "x"}}));
}

TEST(Csv, TrimsBlanksAroundFieldsOnly) {
  EXPECT_EQ(words("my video.mp4 ,\tjump high "), (Words{{"my video.mp4", "jump high"}}));
  EXPECT_EQ(words("-x.mp4,-"), (Words{{"-x.mp4", "-"}}));
}

TEST(Csv, KnowsWhereFieldsStand) {
  const CsvTable table = read_csv("a,b\n\"x\ny\", c");
  EXPECT_EQ(table.rows[1][0].place.line, 2U);
  EXPECT_EQ(table.rows[1][1].place.line, 3U);
  EXPECT_EQ(table.rows[1][1].place.column, 5U);
}

TEST(Csv, NamesWrongQuotes) {
  const CsvTable open = read_csv("a,\"b\n");
  ASSERT_EQ(open.problems.size(), 1U);
  EXPECT_EQ(open.problems[0].place.column, 3U);
  const CsvTable after = read_csv("\"a\"b,c\nd,e\n");
  ASSERT_EQ(after.problems.size(), 1U);
  EXPECT_EQ(after.problems[0].place.column, 4U);
  EXPECT_EQ(after.rows.size(), 2U);
}

TEST(Closest, FindsWhatWasMeant) {
  const std::vector<std::string> splits{"train", "val", "test"};
  EXPECT_EQ(closest("trian", splits), "train");
  EXPECT_EQ(closest("training", splits), "train");
  EXPECT_EQ(closest("validation", splits), "val");
  EXPECT_EQ(closest("vla", splits), "val");
  EXPECT_EQ(closest("holdout", splits), "");
  EXPECT_EQ(closest("id", std::vector<std::string>{"end"}), "") << "nothing of it would be left";
}

}  // namespace
}  // namespace pgt::datasets
