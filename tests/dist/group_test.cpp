// What ranks say to each other.

#include "dist/group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <condition_variable>
#include <mutex>

#include "base/error.hpp"
#include "dist/ranks_in_threads.hpp"

namespace pgt::dist {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

class Groups : public testing::TestWithParam<int> {};

TEST_P(Groups, GatherTheTextsOfAllRanks) {
  const std::vector<std::string> thrown = on_ranks(GetParam(), [&](Group& group) {
    std::vector<std::string> texts;  // of other lengths, the first empty
    for (int rank = 0; rank < group.size(); ++rank) texts.emplace_back(3 * static_cast<std::size_t>(rank), 'a' + rank);
    const std::string own = texts[static_cast<std::size_t>(group.rank())];
    EXPECT_EQ(group.gather(own), texts);
    EXPECT_EQ(group.collect(own), group.first() ? texts : std::vector<std::string>{});
    EXPECT_EQ(group.gather(""), std::vector<std::string>(texts.size()));
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

TEST_P(Groups, AddUpTheSameOnAllRanks) {
  std::mutex mutex;
  std::vector<std::vector<double>> sums;
  std::vector<at::Tensor> tensors;
  const std::vector<std::string> thrown = on_ranks(GetParam(), [&](Group& group) {
    std::vector<double> numbers{0.1 * (group.rank() + 1), 1e16 / (group.rank() + 1), -3};
    at::Tensor tensor = torch::arange(70000, torch::kFloat) / (group.rank() + 1);
    group.sum(numbers);
    group.sum(tensor);
    const std::lock_guard lock(mutex);
    sums.push_back(numbers);
    tensors.push_back(tensor);
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
  double factor = 0;
  for (int rank = 0; rank < GetParam(); ++rank) factor += 1.0 / (rank + 1);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    EXPECT_EQ(sums[i], sums[0]);
    EXPECT_EQ(sums[i][2], -3 * GetParam());
    EXPECT_TRUE(tensors[i].equal(tensors[0]));
    EXPECT_TRUE(tensors[i].allclose(torch::arange(70000, torch::kFloat) * factor));
  }
}

TEST_P(Groups, AgreeOnWhatAnyOfThemWants) {
  const std::vector<std::string> thrown = on_ranks(GetParam(), [&](Group& group) {
    EXPECT_FALSE(agree(group, {}).stop);
    const Decision decision = agree(group, {.stop = group.rank() == group.size() - 1});
    EXPECT_TRUE(decision.stop);
    EXPECT_FALSE(decision.save);
    EXPECT_TRUE(agree(group, {.save = group.first()}).save);
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Of, Groups, testing::Values(2, 3));

TEST(Group, OfOneNeedsNobody) {
  Group& group = alone();
  EXPECT_EQ(group.gather("own"), std::vector<std::string>{"own"});
  EXPECT_EQ(group.collect("own"), std::vector<std::string>{"own"});
  std::vector<double> numbers{1, 2};
  group.sum(numbers);
  EXPECT_EQ(numbers, (std::vector<double>{1, 2}));
  EXPECT_TRUE(agree(group, {.stop = true}).stop);
}

TEST(Group, LearnsTheLastWordsOfARankThatGoes) {
  const std::vector<std::string> thrown = on_ranks(3, [&](Group& group) {
    if (group.rank() == 1) {
      group.leave(ExitCode::data, "a.mp4 cannot be read");
      return;
    }
    agree(group, {});
  });
  EXPECT_THAT(thrown[0], AllOf(HasSubstr("rank 1 (process "), HasSubstr("ended the run: a.mp4 cannot be read")));
  EXPECT_EQ(thrown[2], thrown[0]);
}

TEST(Group, NamesTheRankThatDoesNotAnswer) {
  std::mutex counting;
  std::condition_variable changed;
  int lost = 0;
  const std::vector<std::string> thrown = on_ranks(
      3,
      [&](Group& group) {
        if (group.rank() == 1) {  // hangs until the others have given up
          std::unique_lock lock(counting);
          changed.wait(lock, [&] { return lost == 2; });
          return;
        }
        try {
          agree(group, {});
        } catch (...) {
          const std::lock_guard lock(counting);
          ++lost;
          changed.notify_all();
          throw;
        }
      },
      std::chrono::seconds(1));
  for (const std::size_t rank : {0U, 2U}) {
    EXPECT_THAT(thrown[rank], AllOf(HasSubstr("rank 1 (process "), HasSubstr("does not answer")));
  }
}

}  // namespace
}  // namespace pgt::dist
