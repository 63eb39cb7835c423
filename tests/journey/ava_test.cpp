// Boxes: training, evaluation and what is said about them, from AVA's annotation files.

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "journey.hpp"
#include "recorded.hpp"
#include "video/make_video.hpp"

namespace pgt::journey {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// Videos of a second and a half at 30 frames a second. Above their middle one half is bright and the other dark; a box
/// of the bright one is class 1, of the dark one class 2. Its second row of pictures spells 0x0F or 0xF0, see
/// make_video.
class AvaJourney : public plugin::PluginTest {
 protected:
  AvaJourney() {
    fs::create_directories(folder_ / "videos");
    for (int i = 0; i < 12; ++i) {
      const bool left = i % 2 == 0;
      const std::string id = "-video" + std::to_string(i);
      video::make_video(
          folder_ / "videos" / (id + ".mp4"),
          {.width = 64, .height = 48, .frames = 45, .rate_num = 30, .first_number = left ? 0x0F00 : 0xF000});
      std::string& rows = i < 8 ? train_ : val_;
      for (const char* second : {"0000", "0001"}) {
        rows += id + "," + second + ",0.0,0.1666,0.5,0.3333," + (left ? "1" : "2") + ",1\r\n";
        rows += id + "," + second + ",0.5,0.1666,1.0,0.3333," + (left ? "2" : "1") + ",2\r\n";
        found_ += id + "," + second + ",0.02,0.17,0.5,0.33,,0.95\n" + id + "," + second + ",0.5,0.17,0.98,0.33,,0.97\n";
      }
    }
    write("train.csv", train_);
    write("val.csv", val_);
    write("found.csv", found_);
    write("map.pbtxt",
          "item {\n  name: \"bright\"\n  id: 1\n}\nlabel { name: \"dark\" label_id: 2 label_type: OBJECT }\n");
  }

  static constexpr const char* clip = "use = \"clip\"\nframes = 4\n";
  static constexpr const char* pgt = "use = \"pgt\"\nsteps = 3\nstep_length = 4\n";

  HostRun host(std::vector<std::string> arguments) const { return plugin::run_host(std::move(arguments)); }
  void write_run(const std::string& schedule, const std::string& model = "head = \"roi\"\n",
                 const std::string& data = "size = 48\n") const {
    write("run.toml",
          "[model]\nuse = \"slow\"\ndepth = 18\nblocks = [1, 1, 1, 1]\nwidth = 8\nstem = \"small\"\nnorm = \"group\"\n"
          "dropout = 0.0\n" +
              model +
              "[dataset]\nuse = \"ava\"\nroot = \"videos\"\ntrain = \"train.csv\"\nval = \"val.csv\"\n"
              "val_boxes = \"found.csv\"\nlabel_map = \"map.pbtxt\"\nclasses = 3\nfirst_second = 0\n"
              "key_seconds = [0, 1]\nval_every = 1\n[schedule]\n" +
              schedule + "[data]\n" + data +
              "threads = 1\n[train]\nepochs = 6\nbatch_size = 4\nthreads = 1\nclip_gradient = 5\ndevice = \"" +
              device() + "\"\n");
  }
  HostRun train(const std::vector<std::string>& settings = {}) const {
    std::vector<std::string> command{(folder_ / "run.toml").string(), "--set",
                                     "run.root=" + (folder_ / "runs").string()};
    for (const std::string& setting : settings) command.insert(command.end(), {"--set", setting});
    return host(command);
  }
  fs::path run() const { return folder_ / "runs" / "run-001"; }

  std::string train_, val_, found_;
};

TEST_F(AvaJourney, LearnsWhichBoxIsBrightOnClipsAndWithPgt) {
  for (const char* schedule : {clip, pgt}) {
    SCOPED_TRACE(schedule);
    fs::remove_all(folder_ / "runs");
    write_run(schedule);
    const HostRun trained = train({"train.epochs=12"});
    ASSERT_EQ(trained.code, 0) << trained.err;
    const json metrics = json::parse(text_of(run() / "eval" / "val_best" / "metrics.json"));
    EXPECT_EQ(metrics["used"], 8);
    EXPECT_EQ(metrics["boxes"], 16);
    EXPECT_EQ(metrics["ensemble"], "last");
    EXPECT_GT(metrics["mAP"].get<double>(), 0.9);  // by chance: one half
  }
}

TEST_F(AvaJourney, WritesTheRowsOfTheOfficialEvaluator) {
  write_run(pgt);
  ASSERT_EQ(train({"train.epochs=1"}).code, 0);
  const HostRun scored =
      host({"eval", run().string(), "--split", "test", "--set", "eval.crops=whole", "--set", "schedule.ensemble=sum"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  EXPECT_THAT(scored.out, AllOf(HasSubstr("n = 8/8, 1 view x whole pictures"), HasSubstr("mAP ")));
  const fs::path folder = run() / "eval" / "test_best";
  const std::vector<std::string> rows = lines_of(text_of(folder / "detections.csv"));
  ASSERT_EQ(rows.size(), 8u * 2 * 3);
  for (const std::string& row : rows)
    EXPECT_THAT(row, MatchesRegex("-video[0-9]+,000[01],0[.]?[0-9]*,0.17,0.[0-9]+,0.33,[123],[0-9.e-]+"));
  EXPECT_EQ(lines_of(text_of(folder / "groundtruth.csv")).size(), 16u);
  EXPECT_EQ(lines_of(text_of(folder / "groundtruth.csv"))[0], "-video10,0000,0,0.1666,0.5,0.3333,1,1");
  EXPECT_THAT(text_of(folder / "per_class.csv"), AllOf(HasSubstr("\nbright,8,"), HasSubstr("\naction 3,0,\n")));
  EXPECT_EQ(json::parse(text_of(folder / "metrics.json"))["ensemble"], "mean");
}

TEST_F(AvaJourney, EndsTheSameAfterAStop) {
  write_run(pgt);
  ASSERT_EQ(train({"train.policy=constant", "train.epochs=2", "run.name=whole"}).code, 0);
  ASSERT_EQ(train({"train.policy=constant", "train.epochs=1"}).code, 0);
  const HostRun resumed = host({"resume", run().string(), "--set", "train.epochs=2"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  expect_same_end(run(), folder_ / "runs" / "whole-001");
}

TEST_F(AvaJourney, IsCheckedAndSaysWhatDoesNotFit) {
  write_run(pgt);
  const HostRun checked = host({"check", (folder_ / "run.toml").string()});
  ASSERT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out,
              AllOf(HasSubstr("train  16 videos"), HasSubstr("two videos interleaved"), HasSubstr("ready")));

  write_run(pgt, "");
  EXPECT_THAT(train().err,
              HasSubstr("model \"slow\": the dataset has boxes, which the network does not score: choose a head that "
                        "scores boxes (in the residual networks head = \"roi\")"));
  write_run(pgt);
  EXPECT_THAT(train({"train.loss=cross_entropy"}).err, HasSubstr("takes one class per box"));
  EXPECT_THAT(train({"eval.views=2", "train.epochs=1"}).err, HasSubstr("set views = 1"));
  fs::remove_all(folder_ / "runs");
  EXPECT_THAT(train({"schedule.steps=all"}).err, HasSubstr("give steps a number"));
  fs::remove_all(folder_ / "runs");
  ASSERT_EQ(train({"train.epochs=1"}).code, 0);
  const HostRun predicted = host({"predict", run().string(), (folder_ / "videos" / "-video0.mp4").string()});
  EXPECT_EQ(predicted.code, 3);
  EXPECT_THAT(predicted.err, HasSubstr("this network scores boxes, and a video alone has none"));
}

TEST_F(AvaJourney, LearnsOnWhereNoBoxIsSeen) {
  std::string rows;
  for (int i = 0; i < 8; ++i) rows += "-video" + std::to_string(i) + ",0001,0.0,0.1,0.02,0.3,1,1\n";  // mostly cut off
  write("train.csv", rows);
  write_run(pgt, "head = \"roi\"\n", "size = 24\nshort_side = [24, 64]\nflip = false\n");
  const HostRun trained = train({"train.batch_size=1", "train.epochs=2", "dataset.val_boxes=", "eval.every=0"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  int without = 0, with = 0;
  for (const std::string& line : lines_of(text_of(run() / "metrics.jsonl"))) {
    const json event = json::parse(line);
    if (event["event"] != "train_iter") continue;
    const bool none = event["step_losses"].empty();
    EXPECT_EQ(event["videos"], none ? 0 : 1);
    (none ? without : with)++;
  }
  EXPECT_GT(without, 0);
  EXPECT_GT(with, 0);
}

TEST_F(AvaJourney, TrainsOnRealVideos) {
  const fs::path recorded = recorded_folder();
  if (!fs::exists(recorded)) GTEST_SKIP() << "no recorded videos in " << recorded;
  fs::remove_all(folder_ / "videos");
  fs::create_directories(folder_ / "videos");
  std::string rows;
  for (const char* name : {"mmaction2_demo.mp4", "mmaction2_basketball.mp4", "decord_flipping_a_pancake.mkv"}) {
    const fs::path file = recorded / name;
    fs::create_symlink(fs::absolute(file), folder_ / "videos" / name);
    for (int second = 902; second < 909; ++second) {
      rows += file.stem().string() + ",0" + std::to_string(second) + ",0.077,0.151,0.283,0.811," +
              std::to_string(second % 2 + 1) + ",1\n";
      rows += file.stem().string() + ",0" + std::to_string(second) + ",0.4,0.1,0.9,0.95,3,2\n";
    }
  }
  write("train.csv", rows);
  write("val.csv", rows);
  for (const char* schedule : {clip, pgt}) {
    SCOPED_TRACE(schedule);
    fs::remove_all(folder_ / "runs");
    write_run(schedule, "head = \"roi\"\n", "size = 32\nshort_side = [32, 40]\nfps = 30\n");
    const HostRun trained = train({"train.epochs=1", "dataset.first_second=900", "dataset.key_seconds=[902,1798]",
                                   "dataset.val_boxes=", "dataset.val_every=4", "eval.crops=whole"});
    ASSERT_EQ(trained.code, 0) << trained.err;
    const json metrics = json::parse(text_of(run() / "eval" / "val_last" / "metrics.json"));
    EXPECT_EQ(metrics["videos"], 6);  // seconds 904 and 908
    EXPECT_EQ(metrics["used"], 6);
    EXPECT_EQ(metrics["boxes"], 12);
    EXPECT_TRUE(metrics["mAP"].is_number());
  }
}

}  // namespace
}  // namespace pgt::journey
