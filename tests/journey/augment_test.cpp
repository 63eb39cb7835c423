// Training with all that [augment] has.

#include <gmock/gmock.h>

#include "augmented.hpp"

namespace pgt::journey {
namespace {

using testing::HasSubstr;

class Augmented : public Journey {
 protected:
  fs::path trained(const std::string& root, std::vector<std::string> settings) const {
    const HostRun run = train(root, settings);
    EXPECT_EQ(run.code, 0) << run.err;
    return run_in(root);
  }
  static std::string metrics(const fs::path& run) { return text_of(run / "metrics.jsonl"); }
};

TEST_F(Augmented, EveryOptionChangesWhatIsLearned) {
  const std::string plain = metrics(trained("plain", {}));
  for (const std::string& setting : augmented) {
    EXPECT_NE(metrics(trained(setting, {setting})), plain) << setting;
  }
  EXPECT_NE(metrics(trained("inverse", {"data.short_side_draw=inverse"})), plain);
  EXPECT_NE(metrics(trained("bgr", {"data.channel_order=bgr"})), plain);
}

TEST_F(Augmented, BitsAreTheSameForAnyNumberOfThreadsThatDecode) {
  const fs::path one = trained("one", augmented);
  for (const std::string threads : {"2", "8"}) {
    std::vector<std::string> settings = augmented;
    settings.push_back("data.threads=" + threads);
    expect_same_end(trained(threads, settings), one);
  }
}

TEST_F(Augmented, EvaluationIsNot) {
  const fs::path run = trained("runs", {});
  std::vector<std::string> command{"eval", run.string(), "--checkpoint", "last", "-o", (folder_ / "scores").string()};
  for (const std::string& setting : augmented) command.insert(command.end(), {"--set", setting});
  const HostRun eval = plugin::run_host(command);
  ASSERT_EQ(eval.code, 0) << eval.err;
  EXPECT_EQ(text_of(folder_ / "scores" / "predictions.csv"), text_of(run / "eval" / "val_last" / "predictions.csv"));
}

TEST_F(Augmented, ResumedOtherwiseAClipStartsAgain) {
  const fs::path run = trained("runs", {"train.epochs=1"});
  const HostRun resumed =
      plugin::run_host({"resume", run.string(), "--set", "augment.mixup=0.5", "--set", "train.epochs=2"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("changed since the checkpoint was made: [augment]"));
}

TEST_F(Augmented, OneClipABatchHasNothingToMix) {
  const HostRun run = train("runs", {"train.batch_size=1", "augment.cutmix=1"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("\"cutmix\" mixes the clips of a batch, but a batch is one clip"));
}

}  // namespace
}  // namespace pgt::journey
