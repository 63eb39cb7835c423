// The sample task holds what it promises: what a clip shows halves the classes, and no training gets further.

#include <nlohmann/json.hpp>

#include "background_host.hpp"
#include "journey.hpp"

namespace pgt::journey {
namespace {

class SlowOrder : public plugin::PluginTest {};

TEST_F(SlowOrder, ClipTrainingStaysAtItsCeiling) {
  const fs::path videos = folder_ / "order";
  // Many to validate, so that the figure is within 1.6 percentage points of the network's true accuracy (one sigma).
  const HostRun made = plugin::run_host(
      {"data", "synth", "order", "--out", videos.string(), "--videos", "2000", "--val-fraction", "0.5"});
  ASSERT_EQ(made.code, 0) << made.err;

  const fs::path output = folder_ / "output.txt";
  BackgroundHost host(
      {PGT_HOST, PGT_SOURCE_DIR "/examples/quickstart-clip.toml", "--set", "dataset.root=" + videos.string(), "--set",
       "train.epochs=30", "--set", "eval.every=0", "--set", "run.root=" + folder_.string(), "--set", "run.name=run"},
      output);
  ASSERT_EQ(host.end(), 0) << text_of(output);

  const auto metrics = nlohmann::json::parse(text_of(folder_ / "run-001" / "eval" / "val_last" / "metrics.json"));
  ASSERT_EQ(metrics["views"], 6);
  ASSERT_EQ(metrics["used"], 1000);
  EXPECT_LT(metrics["top1"], 56.0);
  EXPECT_GT(metrics["top1"], 44.0) << "it has not even learned which events there are";
}

}  // namespace
}  // namespace pgt::journey
