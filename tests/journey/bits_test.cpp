// What a run's result depends on, bit by bit, and what not.

#include "journey.hpp"

namespace pgt::journey {
namespace {

class Bits : public Journey {
 protected:
  fs::path trained(const std::string& root, const std::vector<std::string>& settings) const {
    const HostRun run = train(root, settings);
    EXPECT_EQ(run.code, 0) << run.err;
    return run_in(root);
  }
};

TEST_F(Bits, AreTheSameForAnyNumberOfThreadsThatDecode) {
  const fs::path one = trained("one", {"data.threads=1"});
  expect_same_end(trained("two", {"data.threads=2"}), one);
  expect_same_end(trained("eight", {"data.threads=8"}), one);
}

TEST_F(Bits, AreThoseOfTheSeed) {
  const fs::path first = trained("first", {"train.seed=5"});
  expect_same_end(trained("again", {"train.seed=5"}), first);

  const fs::path other = trained("other", {"train.seed=6"});
  EXPECT_NE(text_of(other / "metrics.jsonl"), text_of(first / "metrics.jsonl"));
  const fs::path weights = "checkpoints/last.safetensors";
  EXPECT_FALSE(text_of(other / weights) == text_of(first / weights));
}

}  // namespace
}  // namespace pgt::journey
