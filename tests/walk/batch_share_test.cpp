// Batches that several processes share.

#include "walk/batch_share.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pgt::walk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Turn> turns(const std::vector<std::size_t>& units) {
  std::vector<Turn> all;
  for (const std::size_t unit : units) all.push_back({unit});
  return all;
}

TEST(BatchShare, IsExactAndDisjoint) {
  for (const std::size_t size : {0U, 1U, 2U, 7U, 8U, 64U}) {
    std::vector<Turn> batch;
    for (std::size_t unit = 0; unit < size; ++unit) batch.push_back({unit});
    for (const std::int64_t parts : {1, 2, 3, 5}) {
      std::vector<Turn> together;
      for (std::int64_t part = 0; part < parts; ++part) {
        const std::span<const Turn> own = BatchShare{part, parts}.of(batch);
        EXPECT_LE(std::ssize(own), (std::ssize(batch) + parts - 1) / parts);
        EXPECT_GE(std::ssize(own), std::ssize(batch) / parts);
        together.insert(together.end(), own.begin(), own.end());
      }
      EXPECT_EQ(together, batch);
    }
  }
}

// Six turns, of which the second, and unit 4, which comes twice, have no row.
TEST(BatchShare, KnowsItsRowsOfABatchUnderWay) {
  const std::vector<Turn> batch = turns({7, 5, 4, 9, 4, 2});
  const MiddleOfClip middle{3, {7, 9, 2}, {1, 2}};
  const MiddleOfClip first = BatchShare{0, 2}.of(middle, batch), second = BatchShare{1, 2}.of(middle, batch);
  EXPECT_EQ(first.step, 3);
  EXPECT_THAT(first.videos, ElementsAre(7));
  EXPECT_THAT(first.alive, IsEmpty());
  EXPECT_THAT(second.videos, ElementsAre(9, 2));
  EXPECT_THAT(second.alive, ElementsAre(0, 1));
  const MiddleOfClip whole = BatchShare{}.of(middle, batch);
  EXPECT_EQ(whole.videos, middle.videos);
  EXPECT_EQ(whole.alive, middle.alive);
}

}  // namespace
}  // namespace pgt::walk
