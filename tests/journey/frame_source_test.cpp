// Datasets that make their own pictures: from the plugin to trained weights.

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using Json = nlohmann::json;

class FrameSources : public Journey {
 protected:
  FrameSources() { use("use = \"simulator\"\nvideos = 8\nseconds = 1.6\nsize = 20\n"); }

  /// Trains on this [dataset].
  void use(const std::string& dataset) {
    std::string text = text_of(folder_ / "run.toml");
    const std::size_t begin = text.find("[dataset]\n") + 10;
    text.replace(begin, text.find("\n[", begin) - begin, dataset);
    write("run.toml", text);
  }
  static std::vector<std::string> with_plugins(std::vector<std::string> words) {
    words.insert(words.begin() + 1, {"--plugins", PGT_BUILD_DIR "/plugins", "--plugins", PGT_MORE_PLUGINS});
    return words;
  }
  HostRun host(std::vector<std::string> words) const {
    words.insert(words.begin(), PGT_HOST);
    return plugin::run_program(with_plugins(words));
  }
  std::vector<std::string> training_of(const std::vector<std::string>& settings) const {
    return with_plugins(training("runs", settings));
  }
  std::string run_file() const { return (folder_ / "run.toml").string(); }
};

TEST_F(FrameSources, AreTrainedEvaluatedCheckedAndPreviewed) {
  const HostRun run = plugin::run_program(training_of({"train.epochs=1"}));
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), HasSubstr("8 videos in train, 3 videos in val"));
  EXPECT_THAT(text_of(run_in("runs") / "eval/val_last/predictions.csv"), ContainsRegex("val-0,0,.*,(left|right),"));
  const HostRun check = host({"check", run_file()});
  EXPECT_EQ(check.code, 0) << check.err << check.out;
  EXPECT_THAT(check.out, HasSubstr("8 videos; 8 opened, 0 bad, 1.6 s each on average"));
  const HostRun preview = host({"preview", run_file(), "-o", (folder_ / "page.svg").string()});
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_THAT(text_of(folder_ / "page.svg"), HasSubstr("train-"));
}

/// Killed in the middle of a clip, it ends with the same weights as a run that was not, also with other threads.
TEST_F(FrameSources, ResumeWithEqualBits) {
  ASSERT_EQ(plugin::run_program(training_of({"run.name=whole", "data.threads=3"})).code, 0);
  const fs::path run = folder_ / "runs/killed-001", position = run / "checkpoints/last.json";
  for (;;) {
    fs::remove_all(run);
    BackgroundHost background(training_of({"run.name=killed", "run.checkpoint_seconds=0"}), folder_ / "output.txt");
    while (background.running() && !fs::exists(position)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    background.send(SIGKILL);
    ASSERT_EQ(background.end(), -SIGKILL) << text_of(folder_ / "output.txt");
    if (Json::parse(text_of(position)).at("clip").at("step") > 0) break;
  }
  const HostRun rest = host({"resume", run.string()});
  ASSERT_EQ(rest.code, 0) << rest.err;
  expect_same_end(folder_ / "runs/whole-001", run);
}

TEST_F(FrameSources, ThatAreBrokenAreBadVideos) {
  use("use = \"broken_frames\"\n");
  const HostRun run = plugin::run_program(training_of({"train.epochs=1", "data.max_bad_fraction=1"}));
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string bad = text_of(run_in("runs") / "bad_files.csv");
  const std::string plugin = "plugin org.pgt.test.broken_frames, ";
  for (const std::string split : {"train", "val"}) {
    SCOPED_TRACE(split);
    EXPECT_THAT(bad, HasSubstr("throws,throws,\"" + plugin + "FrameSource::frames: nobody recorded this\""));
    EXPECT_THAT(bad, HasSubstr("no-reader,no-reader,\"" + plugin + "FrameSource::open: gives no reader\""));
    EXPECT_THAT(bad, ContainsRegex("breaks-off,breaks-off,\"frame [0-9]+ cannot be made: " + plugin +
                                   "FrameReader::read: the recording breaks off\""));
    EXPECT_THAT(bad,
                HasSubstr("no-size,no-size,\"" + plugin + "FrameSource::frames: gives pictures of 24x-1 pixels\""));
    EXPECT_THAT(bad, HasSubstr("no-frames,no-frames,\"" + plugin + "FrameSource::frames: gives 0 frames\""));
    EXPECT_THAT(bad, HasSubstr("no-rate,no-rate,\"" + plugin + "FrameSource::frames: gives 0 frames a second\""));
    EXPECT_THAT(bad, ContainsRegex("too-large,too-large,.*data.max_pixels"));
  }
  EXPECT_THAT(lines_of(bad), testing::SizeIs(1 + 2 * 7));
  const HostRun strict = plugin::run_program(training_of({"run.name=strict", "data.max_bad_fraction=0.3"}));
  EXPECT_EQ(strict.code, 4);
  EXPECT_THAT(strict.err, HasSubstr("training videos cannot be read, more than data.max_bad_fraction allows"));
  const HostRun check = host({"check", run_file()});
  EXPECT_THAT(check.out, AllOf(HasSubstr("9 videos; 4 opened, 5 bad"), HasSubstr("bad    throws: " + plugin)));
}

}  // namespace
}  // namespace pgt::journey
