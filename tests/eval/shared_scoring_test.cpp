// Scoring that several ranks share.

#include "eval/shared_scoring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "dist/ranks_in_threads.hpp"

namespace pgt::eval {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

/// A rank of so many, that says nothing.
class Place final : public dist::Group {
 public:
  Place(int rank, int size) : rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::vector<std::string> gather(std::string) override { return {}; }
  std::vector<std::string> collect(std::string) override { return {}; }
  void sum(std::span<double>) override {}
  std::function<void()> begin_sum(at::Tensor&) override { return {}; }

 private:
  int rank_, size_;
};

TEST(SharedScoring, GivesEachBatchToOneRankAndAllOfAVideoToTheSame) {
  for (const auto& [clips, of_video, batch] :
       {std::tuple{42, 1, 8}, {42, 3, 8}, {60, 30, 8}, {42, 6, 4}, {7, 1, 100}, {0, 1, 8}}) {
    for (const int size : {1, 2, 3}) {
      std::vector<std::int64_t> all;
      std::vector<int> rank_of(static_cast<std::size_t>(clips), -1);
      for (int rank = 0; rank < size; ++rank) {
        for (const std::int64_t number : own_batches(Place(rank, size), clips, of_video, batch)) {
          all.push_back(number);
          for (std::int64_t clip = number * batch; clip < std::min<std::int64_t>(clips, (number + 1) * batch); ++clip) {
            rank_of[static_cast<std::size_t>(clip)] = rank;
          }
        }
      }
      std::ranges::sort(all);
      std::vector<std::int64_t> expected(static_cast<std::size_t>((clips + batch - 1) / batch));
      std::iota(expected.begin(), expected.end(), std::int64_t{0});
      EXPECT_EQ(all, expected);
      for (std::size_t clip = 0; clip < rank_of.size(); ++clip) {
        EXPECT_EQ(rank_of[clip], rank_of[clip - clip % static_cast<std::size_t>(of_video)]);
      }
    }
  }
}

TEST(SharedScoring, GathersTheResultsInTheOrderOfTheVideos) {
  const std::vector<std::string> thrown = dist::on_ranks(2, [](dist::Group& group) {
    Result result;
    for (const std::size_t index : group.first() ? std::vector<std::size_t>{0, 5} : std::vector<std::size_t>{2, 3}) {
      Scored& video = result.scored.emplace_back();
      video.index = index;
      video.probabilities = {0.1 * static_cast<double>(index), 1};
      video.localised = {{1.5, {0.25}, {3}}};
      result.tracks.emplace_back().start = static_cast<double>(index);
    }
    const std::string name = group.first() ? "4" : "1";
    result.missing.push_back({name, name + ".mp4", "is empty", "val"});
    result.missing_videos = {group.first() ? std::size_t{4} : 1};
    gather(group, result);
    std::vector<std::size_t> indices;
    std::vector<double> starts;
    for (const Scored& video : result.scored) indices.push_back(video.index);
    for (const MomentTrack& track : result.tracks) starts.push_back(track.start);
    EXPECT_THAT(indices, ElementsAre(0, 2, 3, 5));
    EXPECT_THAT(starts, ElementsAre(0, 2, 3, 5));
    EXPECT_EQ(result.scored[3].probabilities, (std::vector<double>{0.1 * 5, 1}));
    EXPECT_EQ(result.scored[1].localised.front().classes, std::vector<std::int64_t>{3});
    EXPECT_THAT(result.missing_videos, ElementsAre(1, 4));
    EXPECT_EQ(result.missing[0].path, "1.mp4");
    EXPECT_EQ(result.missing[1].reason, "is empty");
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

}  // namespace
}  // namespace pgt::eval
