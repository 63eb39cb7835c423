#include "dist/moved_buffers.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <limits>

#include "ranks_in_threads.hpp"

namespace pgt::dist {
namespace {

using testing::Each;
using testing::IsEmpty;

TEST(MovedBuffers, BecomeTheMeanOfTheMoves) {
  const std::vector<std::string> thrown = on_ranks(2, [](Group& group) {
    const bool first = group.first();
    constexpr float infinite = -std::numeric_limits<float>::infinity();
    const std::vector<at::Tensor> before{torch::tensor({1.0F, infinite}), torch::tensor(std::int64_t{7}),
                                         torch::tensor({true, false})};
    const std::vector<at::Tensor> buffers{torch::tensor({first ? 2.0F : 4.0F, infinite}),
                                          torch::tensor(std::int64_t{8}), torch::tensor({true, first})};
    share_moves(group, buffers, before, first ? 0.25 : 0.75);
    EXPECT_TRUE(buffers[0].equal(torch::tensor({1 + 0.25F * 1 + 0.75F * 3, infinite})));
    EXPECT_EQ(buffers[1].item<std::int64_t>(), 8);
    EXPECT_TRUE(buffers[2].equal(torch::tensor({true, first})));
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

}  // namespace
}  // namespace pgt::dist
