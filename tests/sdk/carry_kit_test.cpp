// pgt/sdk/testing/carry.hpp, as an author's test uses it.

#include <gmock/gmock.h>

#include <pgt/sdk/testing/carry.hpp>

namespace pgt::sdk {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::vector<Site> sites{{"mix", 0, SiteKind::block, 3}, {"lstm", 0, SiteKind::head, 2}};

TEST(CarryKit, HandsAStateToTheNextStep) {
  testing::LastFrames carry(sites, 1, 2);
  EXPECT_FALSE(carry.exchange(1, torch::full({2, 1, 8}, 5), 1).defined());
  carry.next_step();
  EXPECT_TRUE(carry.recall(1, 1).equal(torch::full({2, 1, 8}, 5)));
  EXPECT_FALSE(carry.recall(1).defined());
}

TEST(CarryKit, RefusesAStateWhoseBatchIsNotItsFirstDimension) {
  const at::Tensor hidden = torch::zeros({1, 2, 8});  // layers, videos, channels: as torch::nn::LSTM gives it
  testing::LastFrames told(sites, 1, 2);
  EXPECT_THAT([&] { told.exchange(1, hidden, 1); },
              ThrowsMessage<std::logic_error>(HasSubstr("site lstm, part 1: a state of shape [1, 2, 8] is exchanged, "
                                                        "whose first dimension must be the batch, of 2 videos")));
  testing::LastFrames seen(sites);
  seen.enter(0, torch::zeros({2, 3, 4, 1, 1}));
  EXPECT_THAT([&] { seen.exchange(1, hidden); }, ThrowsMessage<std::logic_error>(HasSubstr("of 2 videos")));
  EXPECT_NO_THROW(seen.exchange(1, hidden.transpose(0, 1)));
}

TEST(CarryKit, ASiteWithItsOwnOverlapTakesZerosWhereThereAreFewerFrames) {
  Site causal = sites[0];
  causal.overlap = 2;
  testing::LastFrames carry({causal}, 0);
  const auto frames = [](std::vector<float> values) { return torch::tensor(values).view({1, 1, -1, 1, 1}); };
  carry.enter(0, frames({7}));
  carry.next_step();
  EXPECT_TRUE(carry.enter(0, frames({1, 2})).equal(frames({0, 7, 1, 2})));
  carry.next_step();
  const at::Tensor entered = carry.enter(0, frames({3}));
  EXPECT_TRUE(entered.equal(frames({1, 2, 3})));
  EXPECT_TRUE(carry.leave(0, entered).equal(frames({3})));
}

TEST(CarryKit, RefusesFewerFramesThanTheScheduleCarries) {
  testing::LastFrames carry(sites, 2);
  EXPECT_THAT(
      [&] {
        carry.enter(0, torch::zeros({1, 1, 1, 1, 1}));
      },
      ThrowsMessage<std::logic_error>(HasSubstr("site mix has fewer frames than cross a border")));
}

}  // namespace
}  // namespace pgt::sdk
