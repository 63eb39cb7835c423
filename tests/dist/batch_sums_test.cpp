#include "dist/batch_sums.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "ranks_in_threads.hpp"

namespace pgt::dist {
namespace {

using testing::Each;
using testing::IsEmpty;

// Rank 0 has the steps 0 and 1, rank 1 only step 0, rank 2 none.
TEST(BatchSums, AddUpWhatIsAtOnePlace) {
  const std::vector<std::string> thrown = on_ranks(3, [](Group& group) {
    BatchSums sums(group);
    const int steps = 2 - group.rank();
    const auto value = [&](std::int64_t step, std::int64_t layer) {
      return 100.0 * static_cast<double>(step) + 10.0 * static_cast<double>(layer) + group.rank();
    };
    std::vector<std::int64_t> places;
    const auto add_up = [&](std::int64_t step, std::int64_t layer) {
      at::Tensor numbers = torch::full({layer + 1}, value(step, layer), torch::kDouble);
      sums.add_up(places[static_cast<std::size_t>(2 * step + layer)], numbers);
      double expected = 0;  // of the ranks that have the step
      for (int rank = 0; rank + step < 2; ++rank) expected += value(step, layer) - group.rank() + rank;
      EXPECT_TRUE(numbers.eq(expected).all().item<bool>()) << numbers << " is not " << expected;
    };
    EXPECT_FALSE(sums.place().has_value());
    for (int step = 0; step < 2; ++step) {
      sums.during(BatchSums::Phase::forward, step, [&] {
        for (int layer = 0; layer < 2 && step < steps; ++layer) {
          places.push_back(sums.place().value());
          add_up(step, layer);
        }
      });
    }
    sums.during(BatchSums::Phase::backward, 1, [&] {
      for (int step = steps - 1; step >= 0; --step) {
        add_up(step, 1);
        add_up(step, 0);
      }
    });
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

}  // namespace
}  // namespace pgt::dist
